"""Python that users write: a file and the modules of theirs that it imports, found, marked, sent and loaded.

A file that is named (``FILE.py:NAME``) is loaded with the modules beside it into a package of its own, whose name is
made of place and content: two files, or two modules, of one name never meet, an edited one is another, and a worker
that was sent the sources loads the very same without any file. Nothing is put on Python's search path, so no file of
the user's stands in for a library.
"""

from __future__ import annotations

import ast
import builtins
import functools
import hashlib
import importlib
import importlib.util
import inspect
import site
import sys
import sysconfig
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, field
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

import cloudpickle
import numpy as np

from .errors import DyadsimError
from .user_files import mark, read_so_far

__all__ = ["Sources", "by_value", "marks_of", "sources_at", "sources_of"]

_PACKAGE = "user_code_"


@dataclass(frozen=True)
class Source:
    """One module: the path of its file, its bytes, and whether it is a package."""

    path: str
    content: bytes
    is_package: bool = False


@dataclass(frozen=True)
class Sources:
    """A file of the user's and all modules of theirs that it imports, directly or not, also inside functions.

    Attributes
    ----------
    main : the module of the file itself.
    modules : by name, those that lie beside it, and it.
    others : by path, bytes of those that lie elsewhere on Python's search path, outside of libraries.
    """

    main: str
    modules: Mapping[str, Source]
    others: Mapping[str, bytes] = field(default_factory=dict)

    @functools.cached_property
    def package(self) -> str:
        """The name of the package into which they are loaded."""
        said = repr(sorted((name, each.path, each.content) for name, each in self.modules.items()))
        return _PACKAGE + hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def marks(self) -> dict[str, str]:
        """Hashes of the files, by path."""
        files = {each.path: each.content for each in self.modules.values() if each.content or not each.is_package}
        return {path: mark(content) for path, content in {**files, **self.others}.items()}

    def module(self) -> ModuleType:
        """The module of the file, loaded if it was not yet."""
        _KNOWN[self.package] = self
        module = importlib.import_module(f"{self.package}.{self.main}")
        # Who pickles what stands in it, as a session, sends it whole: nobody else can import it.
        cloudpickle.register_pickle_by_value(sys.modules[self.package])
        return module

    def __reduce__(self) -> tuple[Any, ...]:
        return _arrived, (self.main, dict(self.modules), dict(self.others))


_KNOWN: dict[str, Sources] = {}


def _arrived(*parts: Any) -> Sources:
    """Sources that were sent: what is loaded of them by name is found from now on."""
    sources = Sources(*parts)
    _KNOWN[sources.package] = sources
    return sources


# Loading --------------------------------------------------------------------------------------------------------------


class _Finder(MetaPathFinder):
    """Finds modules in packages of the user's sources."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        package, _, name = fullname.partition(".")
        if (sources := _KNOWN.get(package)) is None:
            return None
        if not name:
            return ModuleSpec(fullname, _Loader(sources, Source("", b"", True)), is_package=True)
        if (source := sources.modules.get(name)) is None:
            return None
        spec = ModuleSpec(fullname, _Loader(sources, source), origin=source.path, is_package=source.is_package)
        spec.has_location = True
        return spec


@dataclass(frozen=True)
class _Loader(Loader):
    sources: Sources
    source: Source

    def exec_module(self, module: ModuleType) -> None:
        """Run the source; what it prints is no output of ours."""
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": functools.partial(_imported, self.sources)}
        with redirect_stdout(sys.stderr):
            exec(compile(self.source.content, self.source.path, "exec", dont_inherit=True), vars(module))

    def get_source(self, fullname: str) -> str:
        return importlib.util.decode_source(self.source.content)


def _imported(
    sources: Sources, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
) -> ModuleType:
    """What an import statement in the user's sources gives: one of theirs, or what it would give anywhere."""
    top = name.partition(".")[0]
    if level or top not in sources.modules:
        return builtins.__import__(name, globals, locals, fromlist, level)
    whole = f"{sources.package}.{name}"
    try:
        importlib.import_module(whole)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(str(error).replace(f"{sources.package}.", ""), name=error.name) from None
    return (
        builtins.__import__(whole, globals, locals, fromlist) if fromlist else sys.modules[f"{sources.package}.{top}"]
    )


sys.meta_path.append(_Finder())


# Finding --------------------------------------------------------------------------------------------------------------


def sources_at(file: str) -> Sources:
    """Sources of a file of the user's: as the work under way has read them, or as they are now.

    Raises
    ------
    DyadsimError
        if a module beside it has the name of a library that it imports.
    """
    files = read_so_far()
    if files is not None and file in files.code:
        return files.code[file]
    path = Path(file).resolve()
    found = _seen.get(path)
    if found is None or found[0] != _stamps(found[1]):
        sources = _search(path)
        found = _seen[path] = _stamps(sources), sources
    if files is not None:
        files.code[file] = found[1]
    return found[1]


_seen: dict[Path, tuple[tuple[Any, ...], Sources]] = {}  # with sizes and times, by which an edit is noticed


def _stamps(sources: Sources) -> tuple[Any, ...]:
    paths = [Path(each) for each in (*(each.path for each in sources.modules.values()), *sources.others)]
    stats = [path.stat() if path.exists() else None for path in paths]
    return tuple(each and (each.st_mtime_ns, each.st_size) for each in stats)


def _search(file: Path) -> Sources:
    """The file, and by its import statements the modules beside it and elsewhere."""
    main = file.stem.replace(".", "_")  # a dot would be a package's
    modules = {main: Source(str(file), file.read_bytes())}
    others: dict[str, bytes] = {}
    todo = list(modules.values())
    while todo:
        source = todo.pop()
        for top in dict.fromkeys(name.partition(".")[0] for name in _imports(source.content)):
            if top in modules:
                if top == main and _is_library(top):
                    raise _ambiguous(source, file, top)
            elif beside := _modules_at(file.parent, top):
                if _is_library(top):
                    if beside[top].content or not beside[top].is_package:
                        raise _ambiguous(source, Path(beside[top].path), top)
                    continue  # a library goes before a mere folder
                modules |= beside
                todo += beside.values()
            else:
                others |= _elsewhere([top], others)
    return Sources(main, modules, others)


def _ambiguous(source: Source, path: Path, top: str) -> DyadsimError:
    return DyadsimError(
        f"'{path}' has the name of a Python library, and '{source.path}' has 'import {top}', which could mean either; "
        "rename it."
    )


def _modules_at(folder: Path, top: str) -> dict[str, Source]:
    """The module or package of that name in a folder, by name; of a package all that is in it."""
    if not (package := folder / top).is_dir() or not any(_python_files(package)):
        file = folder / f"{top}.py"
        return {top: Source(str(file), file.read_bytes())} if file.is_file() else {}
    if not (package / "__init__.py").is_file() and (folder / f"{top}.py").is_file():
        return {top: Source(str(folder / f"{top}.py"), (folder / f"{top}.py").read_bytes())}
    found = {top: Source(str(package), b"", True)}
    for path in _python_files(package):
        parts = path.relative_to(folder).with_suffix("").parts
        for depth in range(1, len(parts)):  # folders alone are packages, too
            found.setdefault(".".join(parts[:depth]), Source(str(folder.joinpath(*parts[:depth])), b"", True))
        is_package = parts[-1] == "__init__"
        found[".".join(parts[:-1] if is_package else parts)] = Source(str(path), path.read_bytes(), is_package)
    return found


def _python_files(package: Path) -> Iterator[Path]:
    for path in sorted(package.rglob("*.py")):
        inner = path.relative_to(package).with_suffix("").parts
        if all(part.isidentifier() for part in inner) and not _in_library(path):
            yield path


def _imports(content: bytes, late: bool = False) -> list[str]:
    """Names of all modules that a source imports (``late``: inside functions); a source that is no Python has none."""
    try:
        nodes = list(ast.walk(ast.parse(content)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    if late:
        functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        nodes = [inner for function in functions for inner in ast.walk(function)]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level]
    for node in nodes:
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in ("import_module", "__import__") and isinstance(node.args[0].value, str):
                names.append(node.args[0].value)
    return list(dict.fromkeys(names))


def _elsewhere(tops: Iterable[str], known: Mapping[str, bytes] = {}) -> dict[str, bytes]:
    """Bytes of all files of the user's modules of these names on the search path, and of those they import."""
    found: dict[str, bytes] = {}
    todo, seen = list(tops), set[str]()
    while todo:
        if (top := todo.pop().partition(".")[0]) in seen:
            continue
        seen.add(top)
        for path in _files_of(top):
            if str(path) not in found and str(path) not in known:
                found[str(path)] = path.read_bytes()
                todo += _imports(found[str(path)])
    return found


def _files_of(top: str) -> list[Path]:
    """Files of a module of the user's on the search path; none of a library."""
    if top == "__main__" or _is_library(top):
        return []
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):  # a module that was made by hand
        return []
    if spec is None:
        return []
    if spec.submodule_search_locations is not None:
        folders = [Path(each) for each in spec.submodule_search_locations]
        return [path for folder in folders if not _in_library(folder) for path in _python_files(folder)]
    path = Path(spec.origin or "")
    return [path] if path.suffix == ".py" and path.is_file() and not _in_library(path) else []


@functools.cache
def _library_folders() -> tuple[Path, ...]:
    paths = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    return tuple(Path(each).resolve() for each in (*paths, *site.getsitepackages(), site.getusersitepackages()))


def _in_library(path: Path) -> bool:
    resolved = path.resolve()
    names = ("site-packages", "dist-packages")
    return any(resolved.is_relative_to(each) for each in _library_folders()) or any(n in resolved.parts for n in names)


@functools.cache
def _is_library(top: str) -> bool:
    """Whether Python, or a package that is installed, has a module of that name."""
    if top in sys.stdlib_module_names or top == __name__.partition(".")[0]:
        return True
    spec = PathFinder.find_spec(top, [each for each in sys.path if each and _in_library(Path(each))])
    return spec is not None and spec.origin is not None


# What is given as an object -------------------------------------------------------------------------------------------


def sources_of(given: Any) -> Sources | None:
    """The sources from which a function or class was loaded by its file; None for one that was not."""
    return _KNOWN.get(_module_of(given).partition(".")[0])


@contextmanager
def by_value(given: Collection[Any]) -> Iterator[dict[str, ModuleType]]:
    """Have cloudpickle send objects of the user's whole, with all that they use of the user's modules.

    Those of a named file are sent by their names: whoever gets them is sent their sources. Gives the modules, by name,
    that the others import inside functions only, and that must be sent beside them.
    """
    named = {sys.modules[found.package] for each in given if (found := sources_of(each)) is not None}
    own = [each for each in given if _is_users(each) and sources_of(each) is None]
    tops = {top for each in own for top in (*_users_modules(each), _module_of(each).partition(".")[0])} - {"__main__"}
    sent = cloudpickle.list_registry_pickle_by_value()
    modules = [sys.modules[top] for top in sorted(tops) if top in sys.modules and top not in sent]
    texts = [_text_of(sys.modules.get(_module_of(each))) for each in own]
    texts += [path.read_bytes() for top in tops for path in _files_of(top)]
    late: dict[str, ModuleType] = {}
    for name in {name for text in texts for name in _imports(text, late=True) if name.partition(".")[0] in tops}:
        with suppress(Exception):  # it would fail there as it does here, where it is used
            importlib.import_module(name)
            parts = name.split(".")
            late |= {each: sys.modules[each] for each in (".".join(parts[: n + 1]) for n in range(len(parts)))}
    for module in modules:
        cloudpickle.register_pickle_by_value(module)
    for module in named:
        cloudpickle.unregister_pickle_by_value(module)
    try:
        yield late
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)
        for module in named:
            cloudpickle.register_pickle_by_value(module)


def _is_users(given: Any) -> bool:
    """Whether a function or class is the user's, and no library's."""
    return not _is_library(_module_of(given).partition(".")[0])


def _users_modules(given: Any) -> list[str]:
    """First names of the user's modules that an object, given as it is, may need: its own, and what that imports."""
    module = _module_of(given)
    todo = [module, *_imports(_text_of(sys.modules.get(module)))]
    if module == "__main__":
        values = list(vars(sys.modules[module]).values())
        todo += [value.__name__ if isinstance(value, ModuleType) else _module_of(value) for value in values]
    found: list[str] = []
    while todo:
        top = todo.pop().partition(".")[0]
        if top not in found and (files := _files_of(top)):
            found.append(top)
            todo += [name for path in files for name in _imports(path.read_bytes())]
    return sorted(found)


def marks_of(given: Any) -> dict[str, str]:
    """Hashes of the files of the user's that a function or class comes from, with what they import.

    What stands in a script that is run, or in a notebook, is marked by its own text, with that of what it uses there:
    the rest of a script may say how much is asked for.
    """
    marks: dict[str, str] = {}
    for each in given.__mro__ if isinstance(given, type) else [given]:
        if (sources := sources_of(each)) is not None:
            marks |= sources.marks
        elif _is_users(each):
            files = _elsewhere(_users_modules(each))
            marks |= {path: mark(content) for path, content in files.items()}
            if not _files_of(_module_of(each).partition(".")[0]):
                name = getattr(each, "__qualname__", type(each).__qualname__)
                marks[f"{_module_of(each)}:{name}"] = mark(_own_text(each).encode())
    return marks


def _module_of(given: Any) -> str:
    """The name of the module that a function, a class, or what wraps one, was written in."""
    inner = given.func if isinstance(given, functools.partial) else given
    return str(getattr(inner, "__module__", None) or type(inner).__module__)


def _text_of(module: ModuleType | None) -> bytes:
    file = getattr(module, "__file__", None)
    return Path(file).read_bytes() if file and Path(file).is_file() and file.endswith(".py") else b""


def _own_text(given: Any) -> str:
    """Text of a definition in a script or notebook, with what it uses of those there, and of plain values."""
    there = getattr(sys.modules.get(_module_of(given)), "__dict__", {})
    is_defined = isinstance(given, type) or inspect.isfunction(given)
    texts, seen = [], set[int]()
    todo = [given if is_defined else getattr(given, "func", type(given))]
    while todo:
        each = todo.pop()
        if isinstance(each, int | float | complex | str | bytes | None):
            texts.append(repr(each))
        elif id(each) in seen:
            continue
        elif isinstance(each, Mapping):
            todo += [*each.keys(), *each.values()]
        elif isinstance(each, list | tuple):
            todo += each
        elif isinstance(each, np.ndarray):
            texts.append(repr((each.dtype, each.shape, each.tobytes())))
        elif isinstance(each, type) or inspect.isfunction(each):
            texts.append(_text(each))
            names = sorted({node.id for node in ast.walk(_parsed(texts[-1])) if isinstance(node, ast.Name)})
            todo += [there[name] for name in names if name in there]
        seen.add(id(each))
    return "\n".join(texts)


def _text(definition: Any) -> str:
    """Text of a function or class; of one typed into a prompt what it was compiled to."""
    try:
        return inspect.getsource(definition)
    except (OSError, TypeError):
        return repr(getattr(getattr(definition, "__code__", None), "co_code", b""))


def _parsed(text: str) -> ast.AST:
    try:
        return ast.parse(inspect.cleandoc(text) if text.startswith((" ", "\t")) else text)
    except SyntaxError:
        return ast.Module([], [])
