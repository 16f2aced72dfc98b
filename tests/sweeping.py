"""What the tests of sweeps share: small designs, and what a folder holds."""

from pathlib import Path

import dyadsim as ds

SENSITIVITY = {"name": "sensitivity", "low": -2, "high": 2}
BURDEN = {"name": "burden", "low": -2, "high": 2}
SHORT = {"paradigm": "still-face", "seconds": 30}
WEEKS = {
    "name": "few-weeks",
    "dyads": 3,
    "first_week": 20,
    "weeks": 3,
    "days": 1,
    "interventions": [{"name": "video-feedback", "start_week": 21}],
}


def design(**changes):
    """A small sweep of sessions."""
    usual = {
        "name": "small",
        "design": "random",
        "points": 12,
        "dyads": 4,
        "interaction": SHORT,
        "factors": [SENSITIVITY, BURDEN],
        "outcomes": ["match", "arousal", "mean_repair_latency"],
    }
    given = {**usual, **changes}
    return ds.Design(**{key: value for key, value in given.items() if value is not None})


def weeks(scenario=None, **changes):
    """A small sweep of a scenario's weeks."""
    usual = {
        "points": 3,
        "dyads": 3,
        "interaction": None,
        "scenario": {**WEEKS, **(scenario or {})},
        "outcomes": ["sensitivity", "match", "eas"],
        "factors": [{"name": "dose of video-feedback", "low": 0, "high": 2}],
    }
    return design(**{**usual, **changes})


def data_of(folder):
    """Every file of values, and of where weeks ended, by name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for part in ("data", "ends")
        for path in sorted((Path(folder) / part).glob("*"))
    }
