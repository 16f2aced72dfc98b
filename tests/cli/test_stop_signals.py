"""Signals that stop a command: one line, and the exit code by which shells know them."""

import signal
import sys
import threading

import pytest

from dyadsim import cli


@pytest.fixture(autouse=True)
def handlers():
    """The handlers of a process that has just been started."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    hook = sys.unraisablehook
    yield
    sys.unraisablehook = hook
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_command_that_is_stopped_says_so(name, code, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["dyadsim", "run", "peer-group"])
    monkeypatch.setattr(
        "dyadsim.scenarios.scenario.Scenario.load", lambda _: signal.raise_signal(getattr(signal, name))
    )
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    assert capsys.readouterr().err == "dyadsim: stopped.\n"


def test_a_stop_in_the_midst_of_a_callback_that_can_raise_nothing_is_not_swallowed(monkeypatch, capsys):
    class Ends:
        def __del__(self):
            signal.raise_signal(signal.SIGTERM)

    def load(_):
        Ends()  # and is gone
        threading.Event().wait(20)

    monkeypatch.setattr("sys.argv", ["dyadsim", "run", "peer-group"])
    monkeypatch.setattr("dyadsim.scenarios.scenario.Scenario.load", load)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 143
    assert capsys.readouterr().err == "dyadsim: stopped.\n"


def test_a_signal_that_is_to_be_ignored_stays_so():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    cli.heed_stop_signals()
    signal.raise_signal(signal.SIGHUP)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
