"""What is observed of anyone, simulated or coded: tallies, transitions, measures, sessions, instruments.

Imports ``common`` and ``theory``, and ``people`` for type hints only.
"""
