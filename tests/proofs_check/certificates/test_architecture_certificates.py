"""Certificates for all parameters: bounds and witnesses meet the formulas everywhere, and wrong ones meet nothing."""

from __future__ import annotations

import dataclasses
import itertools
import random
from collections.abc import Iterator

import pytest

from hessproof.proofs_check.certificates import architecture as producer
from hessproof.proofs_check.certificates.architecture import NotCertified, witness_ranks
from hessproof.proofs_check.certificates.bounds import best_cut
from hessproof.proofs_check.certificates.case import Case, case_of
from hessproof.proofs_check.certificates.certify import certify
from hessproof.proofs_check.certificates.format import Quantity
from hessproof.proofs_check.certificates.shift import Shift, outer_rank
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.bias.witness import Witness
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import best

QUANTITIES: tuple[Quantity, ...] = ("outer", "functional", "loss")


def plain_cases(widths: tuple[int, ...]) -> Iterator[Case]:
    """Every r and s."""
    for rank in range(widths[0] + 1):
        for residual in range(min(rank, widths[-1]) + 1):
            for quantity in QUANTITIES:
                yield Case(widths, False, quantity, rank, residual)


def biased_cases(widths: tuple[int, ...]) -> Iterator[Case]:
    """Every r̃, s̃ and e."""
    for rank in range(1, widths[0] + 2):
        for mean in (0, 1):
            for residual in range(mean, min(rank - 1 + mean, widths[-1]) + 1):
                for quantity in QUANTITIES:
                    yield Case(widths, True, quantity, rank, residual, mean)


def predicted(case: Case) -> int:
    """The formula's value."""
    if not case.bias:
        return best(case.quantity).evaluate(Architecture(case.widths), case.data_rank, case.residual_rank)
    return best(case.quantity, bias=True).evaluate(
        Architecture(case.widths, bias=True),
        case.data_rank - 1,
        case.residual_rank - case.residual_mean,
        augmented_data_rank=case.data_rank,
        augmented_residual_rank=case.residual_rank,
        residual_mean=case.residual_mean,
    )


def cases() -> list[Case]:
    """All networks with up to three layers and widths up to 2, and some larger ones with every rank."""
    stream = random.Random(7)
    found = [widths for depth in (1, 2, 3) for widths in itertools.product((1, 2), repeat=depth + 1)]
    found += [tuple(stream.randint(1, 4) for _ in range(depth + 1)) for depth in (1, 2, 3, 4, 5) for _ in range(4)]
    return [case for widths in found for case in itertools.chain(plain_cases(widths), biased_cases(widths))]


CASES = cases()


def test_the_cases_reach_every_corner() -> None:
    def some(corner: object) -> bool:
        return any(corner(case) for case in CASES)  # type: ignore[operator]

    assert some(lambda c: c.layers == 1 and c.residual_rank == 0)
    assert some(lambda c: c.outputs == 1)
    assert some(lambda c: not c.bias and c.data_rank == 0)
    assert some(lambda c: not c.bias and 0 < c.residual_rank < min(c.data_rank, *c.widths[1:]))
    assert some(lambda c: c.decoupled and c.data_rank == 1)
    assert some(lambda c: c.bias and c.residual_mean and c.residual_rank > min(c.widths[1:]))
    for place in range(4):
        assert some(lambda c, place=place: c.layers == 3 and min(c.widths) == c.widths[place] < max(c.widths))


@pytest.mark.slow
def test_bound_witness_and_formula_agree_for_all_small_cases() -> None:
    for case in CASES:
        assert best_cut(case)[1] == sum(witness_ranks(case)) == predicted(case), case


def test_the_shift_point_has_the_ranks_of_the_whole_matrix() -> None:
    stream = random.Random(11)
    for _ in range(60):
        widths = tuple(stream.randint(1, 5) for _ in range(stream.randint(2, 6)))
        rank = stream.randint(1, widths[0] + 1)
        residual = stream.randint(1, min(rank, widths[-1]))
        point = Witness(Architecture(widths, bias=True), rank, residual)
        reduced = (rank - 1, *widths[1:])
        assert Shift(reduced, residual, "functional").rank() == point.rank("functional")
        assert Shift(reduced, residual, "on_kernel").rank() == point.functional_on_kernel()
        assert outer_rank(reduced) == point.rank("outer")


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("quantity", QUANTITIES)
def test_wide_networks_are_certified_by_small_files(bias: bool, quantity: Quantity) -> None:
    made = certify(Architecture((4096, 16384, 16384, 4096), bias=bias), quantity)
    assert made.rank == predicted(case_of(Architecture((4096, 16384, 16384, 4096), bias=bias), quantity))
    assert len(made.to_json()) < 2000


@pytest.mark.long
def test_widths_in_the_tens_of_thousands_with_every_kind_of_rank() -> None:
    widths = (40000, 30000, 50000, 20000, 60000)
    for case in (
        Case(widths, True, "loss", 40001, 40001),
        Case(widths, True, "loss", 35000, 15000),
        Case(widths, True, "functional", 100, 100),
        Case(widths, True, "loss", 30000, 25000, 0),
        Case(widths, False, "loss", 35000, 10),
        Case(widths, False, "functional", 25000, 25000),
    ):
        assert best_cut(case)[1] == sum(witness_ranks(case)) == predicted(case), case


def test_listed_blocks_add_up_to_the_claim() -> None:
    for case in CASES[:: len(CASES) // 150]:
        document = producer.architecture_certificate(case).document
        witness = document["witness"]
        if witness["point"] == "shift":
            assert int(witness["outer"]) + int(witness["functional"]) == int(document["claim"]["rank"])
            continue
        total = sum(int(block["count"]) * block["rank"] for block in witness["blocks"]) + witness["biases"]
        assert total == int(document["claim"]["rank"])
        kinds = witness["kinds"]
        assert [kind["from"] for kind in kinds[1:]] == [kind["to"] + 1 for kind in kinds[:-1]]


def mutants(case: Case) -> Iterator[Case]:
    """The same question with one rank, one width or the mean changed, where that changes the rank."""
    for name in ("data_rank", "residual_rank"):
        for step in (-1, 1):
            yield dataclasses.replace(case, **{name: getattr(case, name) + step})
    for place in range(len(case.widths)):
        yield dataclasses.replace(case, widths=tuple(w + (j == place) for j, w in enumerate(case.widths)))
    if case.bias:
        yield dataclasses.replace(case, residual_mean=1 - case.residual_mean)


def is_possible(case: Case) -> bool:
    """Whether some data have these ranks."""
    least, most = (1, case.widths[0] + 1) if case.bias else (0, case.widths[0])
    room = case.data_rank - 1 + case.residual_mean if case.bias else case.data_rank
    lowest = case.residual_mean if case.bias else 0
    return least <= case.data_rank <= most and lowest <= case.residual_rank <= min(room, case.outputs)


def test_a_witness_for_another_question_does_not_meet_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    caught = 0
    for case in CASES[:: len(CASES) // 200]:
        for wrong in filter(is_possible, mutants(case)):
            if predicted(wrong) == predicted(case):
                continue
            with monkeypatch.context() as patch:
                found = witness_ranks(wrong)
                patch.setattr(producer, "witness_ranks", lambda _, found=found: found)
                with pytest.raises(NotCertified):
                    producer.architecture_certificate(case)
            caught += 1
    assert caught > 300


@pytest.mark.parametrize(
    ("architecture", "options", "message"),
    [
        (Architecture((2, 2), activation="relu"), {}, "certify an instance"),
        (Architecture((2, 2), loss="cross-entropy"), {}, "cross-entropy"),
        (Architecture((2, 2)), {"quantity": "norm"}, "one of outer, functional, loss"),
        (Architecture((2, 2)), {"data_rank": 3}, "0 to 2"),
        (Architecture((2, 2)), {"data_rank": 1, "residual_rank": 2}, "residual rank 2"),
        (Architecture((2, 2)), {"augmented_data_rank": 1}, "without bias"),
        (Architecture((2, 2), bias=True), {"augmented_data_rank": 4}, "1 to 3"),
        (Architecture((2, 2), bias=True), {"augmented_residual_rank": 3}, "augmented residual rank 3"),
        (Architecture((2, 2), bias=True), {"residual_mean": 2}, "0 or 1"),
        (Architecture((2, 2), bias=True), {"data_rank": 1, "augmented_data_rank": 3}, "augmented data rank 3"),
        (Architecture((2,) * 40), {}, "at most 32"),
    ],
)
def test_unusable_questions_are_refused_in_one_line(
    architecture: Architecture, options: dict[str, int | str], message: str
) -> None:
    with pytest.raises(UnusableRequest, match=message) as refused:
        certify(architecture, **options)  # type: ignore[arg-type]
    assert "\n" not in str(refused.value)


def test_ranks_that_are_left_out_are_as_large_as_they_can_be() -> None:
    biased = Architecture((3, 2, 4), bias=True)
    assert case_of(biased) == Case((3, 2, 4), True, "loss", 4, 4, 1)
    assert case_of(biased, data_rank=2) == Case((3, 2, 4), True, "loss", 3, 3, 1)
    assert case_of(biased, augmented_data_rank=1) == Case((3, 2, 4), True, "loss", 1, 1, 1)
    assert case_of(biased, augmented_residual_rank=0) == Case((3, 2, 4), True, "loss", 4, 0, 0)
    assert case_of(biased, residual_rank=1, residual_mean=0) == Case((3, 2, 4), True, "loss", 4, 1, 0)
    assert case_of(Architecture((3, 2, 4)), data_rank=2) == Case((3, 2, 4), False, "loss", 2, 2, 1)
