"""Starting is light: what a command does not need, it does not import. Modules are counted, not seconds."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"scipy", "matplotlib", "pydantic", "hypothesis", "flint", "jinja2", "cupy", "torch", "dask", "latex2mathml"}


def modules_after(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter holds after ``statement``."""
    code = f"import sys\n{statement}\nprint('\\n' + ' '.join({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


HELP = """
from hessproof.proofs_check.cli.main import main
sys.argv = ["hessproof", "--help"]
try:
    main()
except SystemExit as stopped:
    assert not stopped.code, stopped.code
"""


@pytest.mark.parametrize(
    ("statement", "unneeded"),
    [
        ("import hessproof.symbolic", HEAVY),
        ("import hessproof.symbolic.architecture", HEAVY | {"sympy", "numpy"}),
        (HELP, HEAVY | {"sympy"}),
        ("import hessproof.numeric", {"matplotlib", "pydantic", "hypothesis", "jinja2", "cupy", "torch"}),
    ],
    ids=["import hessproof.symbolic", "import the architecture", "hessproof --help", "import hessproof.numeric"],
)
def test_start_imports_nothing_that_it_does_not_need(statement: str, unneeded: set[str]) -> None:
    assert not modules_after(statement) & unneeded


@pytest.mark.slow
def test_a_heavy_import_is_seen() -> None:
    assert modules_after("import scipy.linalg") & HEAVY == {"scipy"}
