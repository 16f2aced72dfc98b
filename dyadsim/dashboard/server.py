"""Start of the dashboard: settings that Solara reads when it is imported, then its server on this machine."""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Iterable
from pathlib import Path

from ..common.errors import DyadsimError, whole_number
from ..interaction.rule_set import Rules
from ..scenarios.encounter import Encounter
from ..scenarios.scenario import Scenario
from . import memory

__all__ = ["start"]

_SETTINGS = {
    "SOLARA_APP": "dyadsim.dashboard.app",
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",  # on by default
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_THEME_VARIANT": "light",  # "auto" leaves Solara's page without its root; assets/custom.js asks the system
    "SOLARA_THEME_TITLE": "dyadsim",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
    "SOLARA_CHECK_HOOKS": "off",  # Mesa's page breaks a rule of hooks, and would say so to whoever runs the server
    "SOLARA_KERNEL_CULL_TIMEOUT": "5m",  # of a tab whose connection was lost; a closed one ends at once
}
_MOST_CONNECTIONS = 1_000  # at a time, of all visitors
_LONGEST_HEAD = 2**16  # bytes of address and headers of a request
_PATIENCE = 120.0  # seconds in which the first start, which compiles, must be done


def start(host: str, port: int, browser: bool, rules: Rules, results: Iterable[Path] = ()) -> None:
    """Serve the dashboard until it is stopped.

    Parameters
    ----------
    host, port : the address to listen on; port 0 takes a free one.
    browser : whether to open one on it.
    rules : of interaction, which all pages follow.
    results : the results folders that its pages may open, or folders that hold some.

    Raises
    ------
    DyadsimError
        if the extra ``dashboard`` is not installed, a results folder is not there, or the address cannot be had.
    """
    from . import server_settings

    port = whole_number("port", port, 0, 65_535)
    rules, folders = rules.alone(), server_settings.folders_of(results)
    _check_installed()
    listening = _listening(host, port)
    port = listening.getsockname()[1]
    address = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0', '') else host}:{port}/"
    print(
        f"dyadsim: making the dashboard ready at {address} (the first time this takes up to twenty seconds) ...",
        flush=True,
    )
    os.environ.update({name: os.environ.get(name, value) for name, value in _SETTINGS.items()})
    server_settings.serve_with(rules, folders)
    memory.share_pools()
    threading.Thread(target=_announce, args=(address, browser), daemon=True).start()
    _serve(listening)


def _check_installed() -> None:
    for name in ("solara", "solara_assets", "uvicorn"):  # found, not imported: Solara reads its settings when it is
        if importlib.util.find_spec(name) is None:
            raise DyadsimError(
                f"The dashboard needs '{name}', which is not installed: python -m pip install \"dyadsim[dashboard]\"."
            )


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise DyadsimError(
            f"The dashboard cannot be served at {host}:{port}: {error.strerror or error}; choose another --port."
        ) from None


def _serve(listening: socket.socket) -> None:
    import uvicorn

    from .guard import LARGEST
    from .served_app import application

    config = uvicorn.Config(
        application(listening.getsockname()[0]),
        log_level="warning",
        ws_max_size=LARGEST,
        limit_concurrency=_MOST_CONNECTIONS,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _announce(address: str, browser: bool) -> None:
    """Say when the dashboard is up, and open it: after all was compiled and read, so that no visitor waits for it."""
    Encounter.load("typical").session()
    Scenario.load("peer-group").changed({"dyads": 2, "weeks": 8, "days": 1}).run()
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{address}readyz", timeout=5):
                break
        except OSError:
            time.sleep(0.1)
    else:
        print("dyadsim: the dashboard does not answer.", file=sys.stderr)
        return
    memory.keep_for_good()
    print(f"dyadsim: the dashboard is at {address} (stop it with Ctrl-C).", flush=True)
    if browser:
        webbrowser.open(address)
