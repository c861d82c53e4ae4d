"""The checks of the engine ``gpu``: not checked without CUDA, and seen to hold and to fail on a stand-in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from second_device import SECOND

from hessproof.numeric import arrays
from hessproof.numeric.curvature.lanczos import measured_norms
from hessproof.numeric.modular import blocked_rank
from hessproof.proofs_check import verify
from hessproof.proofs_check.assembly import entry_of
from hessproof.proofs_check.catalogue import CLAIMS
from hessproof.proofs_check.checks.gpu import matrices, norms, ranks, survey
from hessproof.proofs_check.model.check import Context, FunctionCheck, Profile, Unavailable
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Engine, Evidence, Strength, Tally
from hessproof.proofs_check.model.verdict import Verdict
from hessproof.proofs_check.registry import CHECKS
from hessproof.proofs_check.trace import executed_modules
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

EVERY = (*ranks.CHECKS, *norms.CHECKS, *matrices.CHECKS)


@pytest.fixture
def without_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "_cupy", lambda: (None, "no CUDA device is visible"))


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """``cuda`` is array-api-strict on its second device, and the quick profile takes the smallest instances."""
    monkeypatch.setattr(arrays, "_cupy", lambda: (SECOND, ""))
    monkeypatch.setattr(arrays, "cuda_name", lambda: "a stand-in")
    small = (
        Case(Architecture((3, 4, 3, 2)), 3, 2),
        Case(Architecture((3, 2, 3)), 2, 1),
        Case(Architecture((2, 3, 2), bias=True), 2, 1, 3, 2, 1),
        Case(Architecture((2, 3, 2), bias=True), 2, 1, 3, 1, 0),
    )
    monkeypatch.setitem(survey.CASES, Profile.QUICK, small)
    monkeypatch.setitem(norms.WIDTHS, Profile.QUICK, ((3, 4, 3, 2),))
    monkeypatch.setitem(norms.OBJECTS, Profile.QUICK, 1)
    monkeypatch.setitem(norms.MUTANTS, Profile.QUICK, 6)
    monkeypatch.setattr(matrices, "SECOND", 40)
    monkeypatch.setattr(matrices, "SEEDS", matrices.SEEDS[:1])


def found(checks: tuple[FunctionCheck, ...], name: str, part: str, context: Context | None = None) -> Evidence:
    (check,) = [one for one in checks if (one.claim, one.part) == (name, part)]
    return check.run(Context(Profile.QUICK) if context is None else context)


@pytest.mark.slow
def test_every_check_on_a_gpu_is_registered_and_about_a_part() -> None:
    assert set(CHECKS.load().select(engine=Engine.GPU)) == set(EVERY)
    for check in EVERY:
        assert check.part in {part.key for part in CLAIMS[check.claim].parts}


@pytest.mark.slow
@pytest.mark.usefixtures("without_cuda")
def test_without_cuda_nothing_is_checked() -> None:
    for check in EVERY:
        context = Context(Profile.QUICK)
        if check.prepare is not None:
            check.prepare(context)
        with pytest.raises(Unavailable, match="no CUDA device is visible; see what nvidia-smi says"):
            check.run(context)
    report = verify("singh2021.fact7", engine="gpu", profile="quick")
    (result,) = report.results
    assert (result.verdict, result.agrees, report.as_expected) == (Verdict.NOT_CHECKED, None, True)
    assert [one.missing for one in result.evidence] == ["no CUDA device is visible; see what nvidia-smi says"]


@pytest.mark.long
@pytest.mark.usefixtures("without_cuda")
def test_a_run_on_the_processor_has_no_gpu_in_it() -> None:
    report = verify("pennington2017.counting", profile="quick")
    assert all(one.engine is not Engine.GPU for result in report.results for one in result.evidence)
    with pytest.raises(UnusableRequest, match="engine 'gpu' with --device cpu"):
        verify("singh2021.fact7", engine="gpu", device="cpu")
    with pytest.raises(UnusableRequest, match="no CUDA device is visible"):
        verify("singh2021.fact7", device="cuda")


@pytest.mark.long
@pytest.mark.usefixtures("stand_in")
def test_on_a_device_every_check_holds_and_has_failed() -> None:
    claims = (
        "singh2021.fact7", "hessproof.loss_bias", "hessproof.g_term_norm", "pennington2017.semicircle",
        "pennington2017.density",
    )  # fmt: skip
    report = verify(claims, engine="gpu", profile="quick", jobs=4)
    assert report.as_expected
    assert report.jobs == 1
    parts = {(result.claim, part.key): part for result in report.results for part in result.parts}
    assert set(parts) == {(check.claim, check.part) for check in EVERY if check.claim in claims}
    for key, part in parts.items():
        (one,) = part.evidence
        assert one.tally.held > 0, key
        assert part.verdict.positive, key
        assert any(control.caught for control in one.controls), key
        assert one.strength is Strength.SAMPLE
        assert one.details["device"] == "a stand-in"
        assert one.modules, key


@pytest.mark.long
@pytest.mark.usefixtures("stand_in")
def test_ranks_are_found_again_on_the_processor() -> None:
    context = Context(Profile.QUICK)
    one = found(ranks.CHECKS, "singh2021.cor6", "any_depth", context)
    assert one.tally == Tally(tried=2, satisfied=2, held=2)
    assert one.details["ranks found on the processor too"] == 2 * (6 + 5 + 3 + 3)
    assert one.details["ranks that differ there"] == []
    biased = found(ranks.CHECKS, "hessproof.loss_bias", "centred", context)
    assert biased.tally == Tally(tried=1, satisfied=1, held=1)


@pytest.mark.slow
@pytest.mark.usefixtures("stand_in")
def test_a_device_that_counts_wrongly_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """One rank too few only now and then: what agrees with its formula is undecided all the same."""
    calls = [0]

    def wrong(matrix: Any, prime: int, **options: Any) -> int:
        calls[0] += 1
        return blocked_rank(matrix, prime, **options) - (calls[0] == 3)

    monkeypatch.setattr(survey, "blocked_rank", wrong)
    one = found(ranks.CHECKS, "singh2021.cor6", "any_depth")
    assert (one.tally.held, one.tally.undecided) == (0, 2)
    assert len(one.details["ranks that differ there"]) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("stand_in")
def test_what_does_not_fit_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "memory_room", lambda xp: (20_000, "what is free"))
    one = found(ranks.CHECKS, "singh2021.cor6", "any_depth")
    assert one.details["too large for the device"] == ["3-4-3-2"]
    assert one.tally.tried == 1


@pytest.mark.long
@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize("key", ["layers", "bias"])
def test_a_norm_above_its_bound_is_noticed(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extreme networks attain the bounds, so that a millionth more is above them."""
    assert found(norms.CHECKS, "hessproof.g_term_norm", key).tally.failed == 0

    def larger(*arguments: Any) -> Any:
        norm = measured_norms(*arguments)
        return replace(norm, value=norm.value * (1 + 1e-6))

    monkeypatch.setattr(norms, "measured_norms", larger)
    one = found(norms.CHECKS, "hessproof.g_term_norm", key)
    assert one.tally.failed > 0
    assert one.details["failures"]


def test_spectra_that_differ_are_noticed() -> None:
    spectrum = np.linspace(-2.0, 2.0, 50)

    def off(share: float) -> Any:
        step = share * matrices.backward_error(spectrum)
        return lambda place: spectrum + (step if place == "cuda" else 0.0)

    assert matrices.agreeing(off(0.9))[0]
    assert not matrices.agreeing(off(1.1))[0]


@pytest.mark.slow
@pytest.mark.usefixtures("stand_in")
def test_a_wrong_spectrum_leaves_a_law_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrices, "agreeing", lambda draw: (False, "off"))
    one = found(matrices.CHECKS, "pennington2017.semicircle", "limit")
    assert one.tally.held == one.tally.failed == 0
    assert one.tally.undecided > 0


def test_the_ledger_does_not_know_the_gpu() -> None:
    claim = CLAIMS["singh2021.fact7"]
    good = Evidence(
        claim=claim.id, part="main", check="gpu", engine=Engine.GPU, idea="one", modules=["a"], scope="x",
        strength=Strength.SAMPLE, tally=Tally(tried=1, satisfied=1, held=1),
        controls=[{"description": "wrong", "caught": True, "by": "it"}],
    )  # fmt: skip
    exact = good.model_copy(update={"engine": Engine.EXACT, "check": "other"})
    bad = good.model_copy(update={"tally": Tally(tried=1, satisfied=1, failed=1)})
    assert entry_of(claim, [exact, good]) == entry_of(claim, [exact, bad]) == entry_of(claim, [exact])


@pytest.mark.parametrize("check", [ranks.CHECKS[0], norms.CHECKS[0], matrices.CHECKS[0], matrices.CHECKS[-1]])
def test_demonstrations_run_the_kernels_without_a_gpu(check: FunctionCheck) -> None:
    if check.statement is not None:
        check.statement()
    assert any(module.startswith("hessproof.numeric.") for module in executed_modules(check.demonstrate, afresh=False))


@pytest.mark.gpu
def test_the_quick_profile_holds_on_cuda() -> None:
    report = verify(engine="gpu", profile="quick")
    assert report.as_expected
    assert all(result.verdict.positive for result in report.results)
