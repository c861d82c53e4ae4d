"""Requests that make no sense, or whose numbers leave the range of a double, get one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hessproof.proofs_check.cli.main import run
from hessproof.proofs_check.ranking import rank_network
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


@pytest.mark.parametrize("primes", [0, 1001, 10**14])
def test_more_primes_than_there_are_is_refused(primes: int) -> None:
    with pytest.raises(UnusableRequest, match="primes: expected 1 to 1000"):
        rank_network(Architecture((4, 3, 2)), primes=primes)


@pytest.mark.slow
@pytest.mark.parametrize("words", [
    "spectrum --method dense", "spectrum --method structured", "spectrum --method gram",
    "spectrum --method matrix-free", "rank --engine float --activation tanh --loss cross-entropy",
])  # fmt: skip
def test_numbers_that_overflow_get_one_line(words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(tmp_path / "w.npz", W1=np.full((6, 8), 1e300), W2=np.full((3, 6), 1e300))
    stream = np.random.default_rng(0)
    np.savez(tmp_path / "d.npz", x=stream.standard_normal((9, 8)), y=stream.standard_normal((9, 3)))
    given = ["--weights", str(tmp_path / "w.npz"), "--data", str(tmp_path / "d.npz")]
    assert run([*words.split(), *given]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
