"""Coded video in: one file for each program whose files are read.

Imports ``common``, ``theory`` and ``measurement``.
"""
