"""Who is simulated: populations, risks and support, cohorts.

Imports ``common`` and ``theory``.
"""
