"""A scenario or a session at many points: designs, chunks of work, results folders, sensitivity indices, replays.

Imports ``scenarios`` and the floors below it.
"""
