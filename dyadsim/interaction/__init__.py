"""The seconds: paradigms, moments, tables, the exact law, the compiled engine, the Mesa agents.

Imports ``common``, ``theory``, ``people`` and ``measurement``.
"""
