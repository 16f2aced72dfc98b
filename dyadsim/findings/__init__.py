"""What published findings say, looked for in simulated studies of the same kind: one function a finding.

A function's docstring says how the row is expressed, what it returns whether that holds. Rows that the model cannot
express have their reason in ``data/not_expressed.toml``. Importing this folder registers all findings
(:mod:`dyadsim.findings.registry`); it imports the floors up to ``scenarios``.
"""

from . import (
    answering,
    attachment,
    burden,
    development,
    dyadic_interventions,
    generations,
    groups,
    growing_up,
    interaction,
    intervention_pools,
    mothers,
    mothers_in_poverty,
    networks,
    other_interventions,
    phone,
    reliability,
    second_caregivers,
    sensitivity,
    service_delivery,
    stability,
    statuses,
    still_face,
    still_face_differences,
    still_face_patterns,
    tie_formation,
)

__all__ = [
    "answering",
    "attachment",
    "burden",
    "development",
    "dyadic_interventions",
    "generations",
    "groups",
    "growing_up",
    "interaction",
    "intervention_pools",
    "mothers",
    "mothers_in_poverty",
    "networks",
    "other_interventions",
    "phone",
    "reliability",
    "second_caregivers",
    "sensitivity",
    "service_delivery",
    "stability",
    "statuses",
    "still_face",
    "still_face_differences",
    "still_face_patterns",
    "tie_formation",
]
