"""Theories of how a dyad coordinates, a short file of rules each: to be compared, and to be copied for one's own.

Each has a class ``Infant``, a class ``Mother``, or both; who has none goes by the shipped rules.
"""
