"""What a server is started with, the same for all its visitors."""

from __future__ import annotations

from ..preferences import Rules

__all__ = ["rules", "serve_with"]

_rules = Rules()


def serve_with(chosen: Rules) -> None:
    """Let all pages follow these rules of interaction."""
    global _rules
    _rules = chosen.alone()


def rules() -> Rules:
    """The rules of interaction that all pages follow."""
    return _rules
