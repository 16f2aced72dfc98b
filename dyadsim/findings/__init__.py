"""What each check, derived and context row of evidence says, looked for in simulated sessions of the same kind.

One function a row: its docstring says how the row is expressed, what it returns whether that holds. Nothing here sets a
parameter. Rows that the model cannot express have their reason in ``data/not_expressed.toml``.
"""

from . import groups, interaction, still_face
from .registry import CHECKS

__all__ = ["CHECKS", "groups", "interaction", "still_face"]
