"""Results that take minutes: every intervention of the catalogue, calibrations and validations."""

from bits_common import community, made_of

import dyadsim as ds


def interventions():
    """Every one of the catalogue, in the first week in which it may start."""
    cohort = community(6)
    for row in ds.catalogue().to_dict("records"):
        offer, first = _earliest(row["name"])
        course = ds.develop(cohort, 6, [offer], seed=3, first_week=first, days=1)
        yield row["name"], course.frame()
        yield f"{row['name']}: attended", course.attended()
        yield f"{row['name']}: offer", made_of(course.provenance["interventions"])


def _earliest(name):
    """An offer in the first week in which the intervention may start, and the week before it."""
    start = int(ds.Intervention.load(name).age_range[0])
    return {"name": name, "start_week": start}, start - 1


def calibrated_interaction():
    found = ds.calibrate_interaction(dyads=4, rounds=1, followed=0)
    yield "rows", found.rows
    yield "parameters", found.parameters
    yield "coefficients", dict(found.coefficients)
    yield "provenance", made_of(found.provenance)


def calibrated_development():
    found = ds.calibrate_development(dyads=200, rounds=1)
    yield "rows", found.rows
    yield "parameters", found.parameters
    yield "dynamics", dict(found.dynamics)
    yield "norms", found.norms.written()
    yield "provenance", made_of(found.provenance)


def of_validation(found):
    yield "rows", found.rows
    yield "not expressed", found.not_expressed
    yield "counts", found.counts()
    yield "provenance", made_of(found.provenance)


def validated_interaction():
    yield from of_validation(ds.validate_interaction(dyads=100))


def validated_development():
    yield from of_validation(ds.validate_development(dyads=200))


def validated_interventions():
    yield from of_validation(ds.validate_interventions(dyads=100))


FOUND = {
    each.__name__: each
    for each in (
        interventions,
        calibrated_interaction,
        calibrated_development,
        validated_interaction,
        validated_development,
        validated_interventions,
    )
}
