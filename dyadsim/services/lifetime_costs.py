"""Lifetime costs of a case of perinatal illness, as published: what a case that is spared may be worth.

Bauer, Knapp & Parsonage (2016), doi 10.1016/j.jad.2015.12.005: present value for mother and child, in GBP.
"""

from __future__ import annotations

from ..theory import evidence

__all__ = ["LIFETIME_COSTS", "ROW"]

ROW = "F233"
"""The row of evidence."""
LIFETIME_COSTS: dict[str, float] = dict(
    zip(("depression", "anxiety"), (float(each) for each in evidence.row(ROW).value.split(";")), strict=True)
)
"""Lifetime cost of a case, in GBP, by illness."""
