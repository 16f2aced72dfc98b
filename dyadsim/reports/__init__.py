"""Words, pages and tables for people: reports, summaries, captions, the ODD tables.

Imports floors 1 to 7; neither ``fitting`` nor ``validation``.
"""
