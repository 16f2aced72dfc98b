"""The model held against published findings that set nothing.

Imports ``findings`` and the floors below it.
"""
