"""No page, docstring or comment speaks of what is not there: names, files, links, anchors and commands.

What is looked at: pages in Markdown whole; of Python files docstrings and comments; of the TOML that ships comments.
"""

import ast
import importlib
import inspect
import io
import re
import shlex
import tokenize
from functools import cache
from pathlib import Path

import typer
from conftest import ROOT

from dyadsim.cli import app

FOLDERS = ("dyadsim", "tests", "experiments", "dashboards")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "experiments").rglob("*.md"))]
PYTHON = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
DATA = sorted((ROOT / "dyadsim" / "data").rglob("*.toml"))
TEXTS = [*PAGES, *PYTHON, *DATA]
COMMANDS = typer.main.get_command(app).commands
MADE_UP = {"mine.py", "own.py", "a.py", "b.py"}
"""Files that pages let their readers write."""


def dead(texts, finds):
    """By file, what ``finds`` gives of it."""
    found = {str(path.relative_to(ROOT)): list(dict.fromkeys(finds(path))) for path in texts}
    return {path: what for path, what in found.items() if what}


# What is read ---------------------------------------------------------------------------------------------------------


@cache
def prose(path):
    """What a file says to people."""
    text = path.read_text("utf-8")
    if path.suffix == ".md":
        return text
    if path.suffix == ".toml":
        return "\n".join(line[1:] for line in text.splitlines() if line.startswith("#"))
    said = [  # docstrings, and what stands below a name
        inspect.cleandoc(node.value.value)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    ]
    comments, last = [], None
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:  # those that follow each other are one text
            comments += [] if last == token.start[0] - 1 else [""]
            comments.append(token.string.lstrip("# "))
            last = token.start[0]
    return "\n\n".join([*said, "\n".join(comments)])


# Names ----------------------------------------------------------------------------------------------------------------


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def module_named(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def is_there(name):
    """Whether a dotted name is a module, or something in one."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        if (found := module_named(".".join(parts[:cut]))) is not None:
            return reaches(found, parts[cut:])
    return False


def reaches(thing, names):
    """Whether names lead from a thing to another; a field without a value is told by its annotation alone."""
    for place, name in enumerate(names):
        fields = {field for each in getattr(thing, "__mro__", ()) for field in getattr(each, "__annotations__", ())}
        if not hasattr(thing, name):
            return name in fields and place == len(names) - 1
        thing = getattr(thing, name)
    return True


def resolves(target, module):
    """Whether a cross-reference in a module leads anywhere: in its classes, it, its folders, or by its full name."""
    target = target.lstrip("~!")
    here = module_named(module)
    if not target.startswith(".") and here is not None:
        classes = [each for each in vars(here).values() if isinstance(each, type) and each.__module__ == module]
        if any(reaches(each, target.split(".")) for each in (here, *classes)):
            return True
    target, above = target.lstrip("."), module
    while above := above.rpartition(".")[0]:
        if is_there(f"{above}.{target}"):
            return True
    return is_there(target)


def test_every_cross_reference_leads_somewhere():
    def finds(path):
        roles = re.findall(r":(?:mod|class|func|meth|data|attr|exc|obj):`([^`]+)`", prose(path))
        return [target for target in roles if not resolves(target, module_of(path))]

    assert not dead(PYTHON, finds)


def test_every_dotted_name_of_the_package_is_there():
    def finds(path):
        names = re.findall(r"(?<![\w./-])dyadsim(?:\.[A-Za-z_]\w*)+(?![\w/-])", prose(path))
        return [name for name in names if not is_there(name)]

    assert not dead(TEXTS, finds)


@cache
def modules_by_stem():
    found = {}
    for path in PYTHON:
        found.setdefault(path.stem, []).append(path)
    return found


def test_every_constant_named_with_its_module_is_in_it():
    """As in ``slow_states.LIVED``: a module of that name is there, and has it at its top."""

    def finds(path):
        for module, name in re.findall(r"`(\w+)\.([A-Z][A-Z_]+)`", prose(path)):
            files = [ROOT / "dyadsim/__init__.pyi"] if module == "ds" else modules_by_stem().get(module, ())
            if not any(re.search(rf"^{name}\b|\b{name} as {name}\b", each.read_text("utf-8"), re.M) for each in files):
                yield f"{module}.{name}"

    assert not dead(TEXTS, finds)


# Files ----------------------------------------------------------------------------------------------------------------

AT_THE_TOP = "|".join(("dyadsim", "docs", "experiments", "tests", "dashboards", "data", "components", r"\.ci"))
IN_THE_PACKAGE = "|".join(sorted(path.name for path in (ROOT / "dyadsim").iterdir() if path.is_dir()))
PLACE = re.compile(rf"(?<![\w/.<>-])((?:{AT_THE_TOP})/[\w./*-]*[\w/*]|(?:{IN_THE_PACKAGE})/[\w/]+\.py\b)")


def is_a_file(place, beside):
    """Whether a path is there: from the checkout, of what ships in the package, or beside the file that names it."""
    if re.search(r"\b[A-Z]{2,}\b", place) or re.match(r"data/(\d|\*)", place):  # a placeholder; of a results folder
        return True
    return any(any(root.glob(place.rstrip("/"))) for root in (ROOT, ROOT / "dyadsim", beside))


def test_every_file_that_is_named_by_its_path_is_there():
    assert not dead(TEXTS, lambda path: [at for at in PLACE.findall(prose(path)) if not is_a_file(at, path.parent)])


def test_every_python_file_that_is_named_is_there():
    def finds(path):
        named = re.findall(r"(?<![\w/.*-])([a-z_]\w*\.py)\b", prose(path))
        return [name for name in named if name not in MADE_UP and name[:-3] not in modules_by_stem()]

    assert not dead(TEXTS, finds)


# Links ----------------------------------------------------------------------------------------------------------------


@cache
def anchors(path):
    """The anchors of a page as GitHub makes them of its headings."""
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.M | re.S)
    found = []
    for heading in re.findall(r"^#+ +(.+?) *#*$", text, re.M):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        found.append(f"{slug}-{found.count(slug)}" if slug in found else slug)
    return found


def leads(link, path):
    """Whether a link of a page leads to a file, and to a heading in it; other sites are not asked."""
    place, _, anchor = link.partition("#")
    other = path.parent / place if place else path
    return bool(re.match(r"\w+:", link)) or (other.exists() and (not anchor or anchor in anchors(other.resolve())))


def test_every_link_leads_to_a_file_and_to_a_heading_in_it():
    def finds(path):
        text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.M | re.S)
        return [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not leads(link, path)]

    assert not dead(PAGES, finds)


# Commands -------------------------------------------------------------------------------------------------------------


def commands_in(path):
    """What a page or docstring tells to type, a list of words each: in blocks, and in the midst of text."""
    text = prose(path)
    blocks = re.findall(r"^```bash\n(.*?)^```", text, re.M | re.S) + re.findall(
        r"^    (?=dyadsim |python )(.+)$", text, re.M
    )
    typed = [part for block in blocks for line in block.splitlines() for part in line.split("&&")]
    typed += re.findall(r"(?<!`)`{1,2}((?:dyadsim|python) [^`]+)`{1,2}(?!`)", text)
    typed += re.findall(r"^ *Examples?: (.+?)(?=\n *\n|\Z)", text, re.M | re.S) if path.suffix == ".py" else []
    for each in typed:
        for one in re.split(r";\s", each.replace("\n", " ")):
            words = shlex.split(one, comments=True)
            if words[:1] in (["dyadsim"], ["python"]):
                yield words


def is_a_command(words):
    """Whether the shell knows a command and its options, and a script is there and reads those it is given."""
    if words[0] == "python":
        script = next((word for word in words[1:] if word.endswith(".py")), None)
        if script is None:
            return words[1] == "-m"
        options = [word for word in words if word.startswith("--")]
        file = ROOT / script
        return file.is_file() and all(option_of(file.read_text("utf-8"), option) for option in options)
    if len(words) == 1 or re.fullmatch(r"[A-Z]+|-+\w+", words[1]):
        return True  # of any command, and what the command alone takes
    if (command := COMMANDS.get(words[1])) is None:
        return False
    if levels := getattr(command, "commands", None):  # a command each; the first where none is named
        command = levels.get(words[2] if words[2:] and not words[2].startswith("-") else "interaction")
        if command is None:
            return False
    known = {"--help", *(name for each in command.params for name in (*each.opts, *each.secondary_opts))}
    return {word.partition("=")[0] for word in words[2:] if re.match(r"--?[a-z]", word)} <= known


def option_of(script, option):
    """Typer makes ``--name`` of a parameter; argparse is told of it."""
    return bool(re.search(rf"\b{option[2:].replace('-', '_')}\b|{option}\b", script))


def test_every_command_is_one_with_the_options_it_is_given():
    assert not dead(TEXTS, lambda path: [" ".join(words) for words in commands_in(path) if not is_a_command(words)])


# Whether anything would be found --------------------------------------------------------------------------------------


def test_references_that_lead_nowhere_would_be_found(tmp_path):
    module = "dyadsim.interaction.law"
    assert resolves("~dyadsim.measurement.tally.Tally", module)
    assert resolves("Law.measures", module)
    assert resolves(".tables", module)
    assert not resolves("dyadsim.exact.Law", module)
    assert not resolves("Law.nothing", module)
    assert not is_there("dyadsim.slow.LIVED")
    assert not is_a_file("dyadsim/traits.py", tmp_path)
    assert is_a_file("dyadsim/theory/traits.py", tmp_path)
    assert not is_a_command(["dyadsim", "simulate"])
    assert not is_a_command(["dyadsim", "run", "--nothing"])
    assert not is_a_command(["dyadsim", "validate", "nothing"])
    assert not is_a_command(["dyadsim", "validate", "development", "--nothing"])
    assert not is_a_command(["python", "experiments/nothing.py"])
    page = Path(tmp_path / "page.md")
    page.write_text("# A word, `two`\n\n## Again\n## Again\n\n    dyadsim run --nothing 3  # so\n", encoding="utf-8")
    assert anchors(page) == ["a-word-two", "again", "again-1"]
    assert list(commands_in(page)) == [["dyadsim", "run", "--nothing", "3"]]
    assert leads("#again-1", page)
    assert leads("page.md", page)
    assert not leads("#a-word", page)
    assert not leads("other.md", page)
