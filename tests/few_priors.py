"""Data of the package with few free parameters, for tests of calibrations: what takes time is done for each of them."""

import shutil
import tomllib
from importlib import resources
from types import SimpleNamespace

import tomli_w

from dyadsim.common import files

SHIPPED = resources.files("dyadsim") / "data"


def copied(monkeypatch, folder):
    """A copy of the package's data in a folder, which the package reads instead of its own."""
    copy = shutil.copytree(SHIPPED, folder / "data")
    monkeypatch.setattr(files, "resources", SimpleNamespace(files=lambda package: folder, abc=resources.abc))
    return copy


def change_priors(data, change):
    priors = tomllib.loads((data / "priors.toml").read_text("utf-8"))
    change(priors)
    (data / "priors.toml").write_text(tomli_w.dumps(priors), "utf-8")


def fix_interaction_but(priors, free):
    """All parameters of the seconds are as assumed, but for those that are named."""
    by_state = [each for each in priors["interaction"].values() if not {"value", "sd"} & each.keys()]
    for group in (priors["interaction"], *by_state):
        for name, prior in group.items():
            if "sd" in prior and name not in free:
                prior["sd"] = 0.0
