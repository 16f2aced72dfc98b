"""Interventions: the catalogue, what is offered, who attends, how sessions act.

Imports ``common``, ``theory``, ``people`` and ``measurement``.
"""
