"""Services over communities: staff, contacts, screening, programmes with places and waiting lists, and what they cost.

Imports the floors up to ``development``.
"""
