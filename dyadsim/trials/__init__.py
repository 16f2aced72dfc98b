"""Virtual trials: who takes part, what is done, seen, lost, asked and answered, and what was really there.

Imports the floors below ``sweeps``; real trials are analysed by the same analyses.
"""
