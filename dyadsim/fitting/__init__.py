"""Parameters from data: calibration to published figures, and the ensemble of sets that agree with them.

Imports ``findings`` and the floors below it.
"""
