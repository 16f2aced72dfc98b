"""What the tests share. Every statistical test has a fixed seed and says how often it would fail by chance."""

import importlib.util
import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # pytest-xdist already uses every core

from pathlib import Path

import pytest

import dyadsim as ds

ROOT = Path(__file__).parent.parent
PARADIGMS = ("double-still-face", "free-play", "phone-play", "separation", "still-face")
POPULATIONS = (
    "anxious",
    "community",
    "depressed",
    "irritable-infant",
    "isolated",
    "mixed-risk",
    "phone-distracted",
    "postpartum-disorder",
    "preterm",
    "trauma",
)


@pytest.fixture(scope="session")
def cohort():
    return ds.Cohort.sample(20, population="community", seed=1)


@pytest.fixture(scope="session")
def still_face(cohort):
    return ds.interact(cohort, paradigm="still-face", seed=1)


def module_at(path):
    """The module in a file of this checkout that is not part of the package."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
