"""Those around the dyad: families with a second caregiver, ties between mothers, the support that ties give, groups.

Imports floors 1 to 3.
"""
