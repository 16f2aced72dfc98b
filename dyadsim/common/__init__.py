"""What any Python project would need: errors, TOML models, random numbers, files, user code, workers, effect sizes.

Imports nothing of dyadsim.
"""
