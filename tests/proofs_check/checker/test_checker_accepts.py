"""The checker accepts what is proved, and says it in the certificate's words."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.proofs_check import checker
from hessproof.proofs_check.certificates.certify import certify
from hessproof.proofs_check.certificates.drawn import DrawnRanks, drawn_point
from hessproof.proofs_check.ranking.request import DataRequest
from hessproof.symbolic.architecture import Architecture

QUANTITIES = ("outer", "functional", "loss")


def accepted(made, folder: Path) -> None:
    made.write(folder / "c.json")
    found = checker.check(folder / "c.json")
    assert (found.ok, found.statement, found.why) == (True, made.statement, "")


@st.composite
def cases(draw):
    widths = tuple(draw(st.lists(st.integers(1, 6), min_size=2, max_size=5)))
    quantity = draw(st.sampled_from(QUANTITIES))
    if not draw(st.booleans()):
        r = draw(st.integers(0, widths[0]))
        s = draw(st.integers(0, min(r, widths[-1])))
        return Architecture(widths), quantity, {"data_rank": r, "residual_rank": s}
    mean, r = draw(st.integers(0, 1)), draw(st.integers(1, widths[0] + 1))
    s = draw(st.integers(mean, min(r - 1 + mean, widths[-1])))
    ranks = {"augmented_data_rank": r, "augmented_residual_rank": s, "residual_mean": mean}
    return Architecture(widths, bias=True), quantity, ranks


@given(case=cases())
@settings(max_examples=25)
def test_every_architecture_certificate_is_accepted(case, tmp_path_factory):
    architecture, quantity, ranks = case
    accepted(certify(architecture, quantity, **ranks), tmp_path_factory.mktemp("one"))


@pytest.mark.slow
@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize(
    ("bias", "ranks"), [(False, {}), (True, {}), (True, {"residual_mean": 0}), (False, {"residual_rank": 77})]
)
def test_widths_in_the_tens_of_thousands(quantity, bias, ranks, tmp_path):
    widths = (20000, 16384, 16384, 25000)
    accepted(certify(Architecture(widths, bias=bias), quantity, **ranks), tmp_path)


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize(
    ("widths", "bias", "activation", "request_", "ranks"),
    [
        ((2, 1, 2), False, "linear", DataRequest(), None),
        ((3, 2, 3), False, "linear", DataRequest(data_rank=2, residual_rank=1), None),
        ((2, 2, 2, 2), True, "linear", DataRequest(), None),
        ((1, 1, 2), True, "linear", DataRequest(), DrawnRanks(residual_mean=0)),
        ((2, 3), True, "linear", DataRequest(samples=2), None),
        ((2, 3, 2), False, "relu", DataRequest(samples=4), None),
        ((2, 2, 2, 1), True, "leaky-relu", DataRequest(samples=3), None),
    ],
)
def test_instance_certificates_are_accepted(widths, bias, activation, request_, ranks, quantity, tmp_path):
    point = drawn_point(Architecture(widths, bias=bias, activation=activation), request_, 3, ranks)
    accepted(certify(point, quantity), tmp_path)


def test_the_checker_is_one_short_file_on_the_standard_library_alone():
    source = Path(checker.__file__).read_text("utf-8")
    assert source.count("\n") < 600
    modules = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module)
    assert {name.partition(".")[0] for name in modules} <= sys.stdlib_module_names


@pytest.mark.parametrize("prime", [2**61 - 1, 2**64 - 59, 2**80 - 65])
def test_primes_are_recognised(prime):
    assert checker.prime_of(checker.Part(str(prime))) == prime


@pytest.mark.parametrize(
    "number",
    [2**61, 2**61 - 3, (2**31 - 1) * (2**31 + 11), 2**61 + 1, 3825123056546413051 * 3, 318665857834031151167461],
)
def test_composite_numbers_are_refused(number):
    """The last two are strong pseudoprimes to the first nine and twelve prime bases, or multiples of one."""
    with pytest.raises(checker.Rejected, match="not a prime"):
        checker.prime_of(checker.Part(str(number)))
