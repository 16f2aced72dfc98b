"""Who gets what, and what would have been otherwise: encounters, scenarios, arms, comparisons, outcomes, links.

Imports ``development`` and the floors below it.
"""
