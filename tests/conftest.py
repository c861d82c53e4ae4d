"""Settings that every test shares: Hypothesis profiles, and how to repeat a failure."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

_SLOW_MACHINES = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile(
    "ci", derandomize=True, deadline=None, print_blob=True, database=None, suppress_health_check=_SLOW_MACHINES
)
settings.register_profile("dev", deadline=None, print_blob=True, suppress_health_check=_SLOW_MACHINES)
settings.register_profile("thorough", parent=settings.get_profile("dev"), max_examples=2000)
_PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "ci")
settings.load_profile(_PROFILE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--report FILE``: judge the claims of a report that was written before, in place of a run of their checks."""
    parser.addoption("--report", metavar="FILE", help="report.json of hessproof verify, for tests/test_claims.py")


def pytest_configure() -> None:
    """A shell that starts the tests in the background has them and all they start ignore Ctrl-C; nohup, a hangup."""
    usual = {"SIGINT": signal.default_int_handler, "SIGHUP": signal.SIG_DFL}
    for name, handler in usual.items():
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, handler)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository: the folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture(autouse=True)
def _plain_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands print for a plain terminal of 120 columns, whatever the machine's settings are."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def pytest_report_header() -> str:
    """Name what decides which examples are drawn."""
    return f"hypothesis profile: {_PROFILE} (set HYPOTHESIS_PROFILE to ci, dev or thorough)"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print, for each failure, the command that repeats it."""
    failed = terminalreporter.stats.get("failed", []) + terminalreporter.stats.get("error", [])
    if not failed:
        return
    terminalreporter.section("to repeat")
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for name in dict.fromkeys(report.nodeid for report in failed):
        terminalreporter.line(f"HYPOTHESIS_PROFILE={_PROFILE} {python} -m pytest '{name}'")


@pytest.fixture(autouse=True)
def _without_coq(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Coq takes minutes, so that only the tests marked ``formal`` and those of whole claims use it."""
    if not {"formal", "claims"} & {mark.name for mark in request.node.iter_markers()}:
        monkeypatch.setenv("HESSPROOF_COQ", "none")
