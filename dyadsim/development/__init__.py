"""The weeks: play of a week, the weekly step, courses, saved courses, sizes of pushes.

Imports floors 1 to 4, but not ``coded_video``.
"""
