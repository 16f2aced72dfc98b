"""HTML pages of reports, made from the templates that ship."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..common.files import package_data

__all__ = ["html_page", "share"]


def html_page(template: str, filters: dict[str, Callable[..., Any]] | None = None, **values: Any) -> str:
    """Page of a template; whatever users wrote is shown as it is, and never as HTML.

    Parameters
    ----------
    template : the name of its file in the package's data.
    filters : functions that the template has besides Jinja's.
    values : what it shows, by name.
    """
    from jinja2 import Environment, FunctionLoader

    loader = FunctionLoader(lambda name: package_data(name).read_text("utf-8"))
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= filters or {}
    return environment.get_template(template).render(**values)


def share(value: float) -> str:
    """A share as text, never -0%; a dash for what is not known."""
    return "–" if value != value else f"{round(value, 2) + 0.0:.0%}"
