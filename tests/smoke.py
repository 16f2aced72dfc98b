"""The smoke run: whether an installed dyadsim works at all with the packages and the Python that are there.

Run by the interpreter whose installation is tried, in any directory: every public name, the commands and the Python of
the README (its long ones with fewer dyads), each other command once, and the dashboard's first page. It needs no
pytest, so that it can be run where nothing but dyadsim and its extra "dashboard" is installed.

The first command is run in a process started anew, the others in copies of one that has imported what they need, where
the system can make such copies: importing takes each of them longer than its work.
"""

import multiprocessing
import os
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.request
from pathlib import Path

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.M | re.S)
LONG = ("dashboard", "validate development", "validate interventions", "services", "generations")
"""Commands of the README that end by themselves not at all, or late, and need nothing that the others do not: what they
have is listed by those beside."""
SMALLER = {
    "run": "--dyads 20",
    "sweep sensitivity-and-burden": "--points 4 --workers 2",
    "validate": "--dyads 100",
    "trial": "--replicates 2 --workers 1",
    "compare-theories": "--rules no-contingency --rules infant-led",
    "fit": "--times 2 --free sensitivity --free distraction",
}
"""Options that make a command of the README short, by how it begins; they go last and so win."""
MORE = (
    "results sweep --json",
    "results sweep --figure spread --out spread.png",
    "results sweep --pdf",
    "replay sweep --point 1 --dyad 2",
    "trial video-feedback --out trial --dyad 2 --replicate 1 --json",
    "power",
    "services",
    "generations",
    "catalogue VIPP-SD",
    "lesson",
    "agreement mangold_3532goodman mangold_3532goodman",
    "odd infant-states",
    "calibrate --help",
)
"""Commands beside those of the README; what they read the README's have written."""
IMPORTED = (
    "dyadsim.cli", "dyadsim.interaction.engine", "dyadsim.development.develop", "matplotlib.pyplot", "pandas",
    "pyarrow.parquet", "scipy.optimize", "scipy.stats", "statsmodels.api",
)  # fmt: skip
"""What most commands import."""
DYADSIM = [sys.executable, "-c", "from dyadsim.cli import main; main()"]


def commands():
    """The commands of the README that compute, made short, and those beside them."""
    lines = [line for kind, text in BLOCKS if kind == "bash" for line in re.split(r"\n|&&", text)]
    said = [line.strip().removeprefix("dyadsim ") for line in lines if line.strip().startswith("dyadsim ")]
    for command in said:
        if not command.startswith(LONG):
            yield " ".join([command, *(more for start, more in SMALLER.items() if command.startswith(start))])
    yield from MORE


def runs(command, anew=False):
    """A command ends well."""
    words = shlex.split(command)
    if anew or "forkserver" not in multiprocessing.get_all_start_methods():
        done = subprocess.run(
            [*DYADSIM, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300
        )
        code, said = done.returncode, done.stdout
    else:
        code, said = in_a_copy(words)
    if code:
        raise AssertionError(f"ended with {code}\n{said[-2_500:]}")


def in_a_copy(words):
    """The exit code of a command, and what it said, in a copy of a process that has imported what it needs."""
    copies = multiprocessing.get_context("forkserver")
    copies.set_forkserver_preload([*IMPORTED])
    with tempfile.NamedTemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        process = copies.Process(target=called, args=(words, said.name))
        process.start()
        process.join(300)
        if process.exitcode is None:
            process.kill()
            process.join()
        return process.exitcode, Path(said.name).read_text("utf-8", "replace")


def called(words, said):
    """Call the command line with words, and have all that it says in a file."""
    file = os.open(said, os.O_WRONLY)
    os.dup2(file, 1), os.dup2(file, 2)
    sys.argv = ["dyadsim", *words]
    from dyadsim.cli import main

    main()


def names():
    """Every public name resolves."""
    import dyadsim as ds

    for name in ds.__all__:
        getattr(ds, name)


def python():
    """The Python of the README."""
    code = "\n".join(text for kind, text in BLOCKS if kind == "python")
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})


def designs():
    """A small sweep of every kind of design, with sensitivity indices where it has some."""
    import dyadsim as ds
    from dyadsim.sweeps.sensitivity_indices import indices

    varied = [{"name": name, "low": -1, "high": 1} for name in ("sensitivity", "burden")]
    listed = [{"name": "sensitivity", "values": [-1, 1]}]
    for kind, points in {"random": 40, "latin-hypercube": 40, "sobol": 8, "morris": 4, "grid": None}.items():
        design = ds.Design(
            name=kind, design=kind, points=points, factors=varied if points else listed, dyads=2, outcomes=["match"]
        )
        results = ds.sweep(design, f"design {kind}", workers=1)
        if results.frame()["match"].isna().any():
            raise AssertionError(f"A {kind} design has points without values.")
        if points:
            indices(results, results.view())


def dashboard():
    """The dashboard starts and serves its first page."""
    server = subprocess.Popen(
        [*DYADSIM, "dashboard", "--no-open", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    too_late = threading.Timer(120, server.kill)
    too_late.start()
    try:
        told = ""
        for line in server.stdout:
            told += line
            if found := re.search(r"the dashboard is at (\S+?)/? ", line):
                with urllib.request.urlopen(found[1] + "/", timeout=30) as answer:
                    if answer.status == 200 and b"dyadsim" in answer.read():
                        return
        raise AssertionError(told)
    finally:
        too_late.cancel()
        server.terminate()
        server.wait(20)


def main():
    tries = {
        "every public name": names,
        "the Python of the README": python,
        "every kind of design": designs,
        "dashboard": dashboard,
    }
    for number, command in enumerate(commands()):
        tries[f"dyadsim {command}"] = lambda command=command, anew=number == 0: runs(command, anew)
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, attempt in tries.items():
            began = time.monotonic()
            try:
                attempt()
            except Exception:
                failed += 1
                print(f"FAILED {name}\n{traceback.format_exc(limit=-2)}", flush=True)
            else:
                print(f"ok {time.monotonic() - began:5.1f} s  {name}", flush=True)
        os.chdir(Path(__file__).parent)
    print(f"smoke: {len(tries) - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
