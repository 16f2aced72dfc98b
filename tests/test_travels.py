"""What is right in this process is right in another one: every public class, copied, pickled and sent."""

import copy
import os
import pickle
import subprocess
import sys
from pathlib import Path

import cloudpickle
import pytest
import travels

import dyadsim as ds
from dyadsim.common.user_code import user_class


@pytest.fixture(scope="module")
def objects(tmp_path_factory):
    return travels.examples(tmp_path_factory.mktemp("travels") / "results")


@pytest.fixture(scope="module")
def told(objects):
    """What each says, asked of a copy: a model goes on when it is asked."""
    return {name: travels.answers(copy.deepcopy(each)) for name, each in objects.items()}


def test_there_is_one_of_every_public_class(objects):
    assert {name for name in ds.__all__ if isinstance(getattr(ds, name), type)} <= set(objects)


WAYS = {f"protocol {n}": lambda each, n=n: pickle.loads(pickle.dumps(each, n)) for n in (0, 2, 4)}
# In these protocols Python asks objects in other ways; cloudpickle uses the newest.
WAYS |= {"cloudpickle": lambda each: pickle.loads(cloudpickle.dumps(each))}
WAYS |= {"copy": copy.copy, "deepcopy": copy.deepcopy}


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_says_what_its_original_says(objects, told, way):
    for name, each in objects.items():
        if way != "copy" or not isinstance(each, ds.DyadModel | ds.CommunityModel):
            assert travels.answers(WAYS[way](each)) == told[name], name


def test_a_process_started_anew_says_the_same(objects, told, tmp_path):
    """Another directory, another hash seed, and nothing imported: what is sent brings all that it needs."""
    (tmp_path / "given").write_bytes(pickle.dumps(objects))
    subprocess.run(
        [sys.executable, travels.__file__, tmp_path / "given", tmp_path / "told"],
        env=os.environ | {"PYTHONHASHSEED": "7"}, cwd=tmp_path, check=True,
    )  # fmt: skip
    there = pickle.loads((tmp_path / "told").read_bytes())
    assert there.keys() == told.keys()
    for name, each in told.items():
        assert there[name] == each, name


def test_what_is_equal_is_found_under_the_same_key():
    """A hash that was kept would be that of another process, and every cache would miss."""
    one = ds.Dynamics.default().replace({"depression -> sensitivity": 0.2})
    assert hash(one) == hash(copy.deepcopy(one))
    program = "import pickle, sys; one = pickle.load(sys.stdin.buffer); one.__hash__(); from dyadsim import Dynamics\n"
    program += "assert one in {Dynamics.default().replace({'depression -> sensitivity': 0.2})}"
    subprocess.run([sys.executable, "-c", program], input=pickle.dumps(one), check=True)


def test_a_shallow_copy_of_a_model_is_refused():
    """Its step would move the agents of the first, and never come to an end."""
    with pytest.raises(ds.DyadsimError, match="deepcopy"):
        copy.copy(ds.DyadModel(dyads=2, seconds=5))


def test_results_are_found_from_another_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    design = ds.Design(name="try", factors=[{"name": "sensitivity", "values": [-1, 1]}], dyads=2, outcomes=["match"])
    results = ds.sweep(design, "results", workers=1)
    sent = pickle.dumps([results, ds.replay("results", 0, 1)])
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    there, replayed = pickle.loads(sent)
    assert len(there.frame()) == 4
    assert replayed.same


SCRIPT = """
import cloudpickle, sys
from pathlib import Path
import dyadsim as ds
from loky import get_reusable_executor

class Warm(ds.MotherRules):  # as in a notebook: no other process can import it
    @staticmethod
    def preferences(traits, context):
        return 0.5 * ds.MotherRules.preferences(traits, context)

def played(seed):
    return ds.interact(cohort, "still-face", seed, mother=Warm)

cohort = ds.Cohort.sample(3, seed=1)
if __name__ == "__main__":
    with get_reusable_executor(2) as workers:
        for seed, there in enumerate(workers.map(played, range(3))):
            assert there.measures().equals(played(seed).measures())
            assert (there.infant == played(seed).infant).all()
    Path("sent").write_bytes(cloudpickle.dumps(played(1)))
"""


def test_classes_of_a_notebook_and_of_a_named_file_go_along(tmp_path, monkeypatch):
    """Those of the running script through loky; and either, by cloudpickle, into a process that cannot import it."""
    (tmp_path / "script.py").write_text(SCRIPT)
    subprocess.run([sys.executable, "script.py"], cwd=tmp_path, check=True)
    templates = Path(travels.__file__).parent.parent / "experiments" / "templates"
    rule = user_class(f"{templates / 'rule.py'}:MirroringMother", ds.MotherRules)
    session = ds.interact(ds.Cohort.sample(3, seed=1), seed=1, mother=rule)
    (tmp_path / "of a file").write_bytes(cloudpickle.dumps(session))
    monkeypatch.chdir(tmp_path)
    program = "import pickle; from pathlib import Path\n"
    program += "for name in ('sent', 'of a file'): print(pickle.loads(Path(name).read_bytes()).mother.sum())"
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert there.stdout.split()[1] == str(session.mother.sum())
