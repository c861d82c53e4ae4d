"""Rank formulas with bias: dense Hessians, special cases, mutants, and unusable requests."""

from __future__ import annotations

import itertools

import pytest
import sympy as sp
from dense_bias_hessian import BiasedNetwork, cases

from hessproof.symbolic import formula
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formulas import BIAS_QUANTITIES, FORMULAS, best, bound

QUANTITIES = ("outer", "functional", "loss")
OWN = [f"{name}_bias_{kind}" for name in BIAS_QUANTITIES for kind in ("generic", "bound")]
NAMES = [name for name, entry in FORMULAS.items() if entry.needs_augmented_ranks or "bias" in entry.domain]


def ranks(data_rank, residual_rank, mean):
    """The arguments of ``evaluate`` for given r̃, s̃ and rk E[δ], for centred inputs."""
    return {
        "data_rank": data_rank - 1, "residual_rank": residual_rank - mean, "augmented_data_rank": data_rank,
        "augmented_residual_rank": residual_rank, "residual_mean": mean,
    }  # fmt: skip


def biased(*widths):
    return Architecture(widths, bias=True)


SHAPES = [(1, 1), (2, 3), (1, 1, 2), (2, 1, 2), (2, 3, 2), (2, 1, 2, 2), (2, 2, 1, 3), (1, 2, 2, 2), (2, 2, 1, 2, 2)]


@pytest.mark.parametrize("widths", SHAPES, ids=lambda w: "-".join(map(str, w)))
def test_generic_ranks_are_attained_and_never_exceeded(widths):
    for case in cases(widths):
        generic, special = (BiasedNetwork(widths, *case, deficient=deficient) for deficient in (False, True))
        for quantity in QUANTITIES:
            predicted = best(quantity, bias=True).evaluate(biased(*widths), **ranks(*case))
            assert generic.rank_of(quantity) == predicted, (case, quantity)
            assert special.rank_of(quantity) <= bound(quantity, bias=True).evaluate(biased(*widths), **ranks(*case))


@pytest.mark.parametrize("widths", [(3, 2, 4, 3), (2, 3, 4), (4, 2, 3, 2, 3)], ids=lambda w: "-".join(map(str, w)))
def test_without_a_mean_it_is_the_network_without_bias(widths):
    architecture, outputs = Architecture(widths), widths[-1]
    for data_rank, residual_rank, mean in cases(widths):
        arguments = ranks(data_rank, residual_rank, mean)
        for quantity in QUANTITIES:
            plain = best(quantity).evaluate(architecture, data_rank - 1, residual_rank)
            more = outputs * (quantity != "functional")
            value = best(quantity, bias=True).evaluate(biased(*widths), **arguments)
            if quantity == "outer" or not mean:
                assert value == plain + more
            elif quantity == "loss":
                assert value > plain + more


def published(name, widths, data_rank, residual_rank, mean, shifted=False):
    """A published formula's value; ``shifted`` inputs have r = r̃."""
    arguments = ranks(data_rank, residual_rank, mean) | ({"data_rank": data_rank} if shifted else {})
    return FORMULAS[name].evaluate(biased(*widths), **arguments)


def test_fact_13_fails_at_its_smallest_bottleneck():
    network = BiasedNetwork((1, 1, 2), 2, 2)
    assert FORMULAS["fact13"].in_domain(biased(1, 1, 2), 1, 1)
    assert published("fact13", (1, 1, 2), 2, 2, 1) == 5
    assert network.rank_of("loss") == 6 == biased(1, 1, 2).parameters
    assert FORMULAS["fact13_deficiency"].evaluate(biased(1, 1, 2), 1, 1) == 1


def test_where_fact_13_holds():
    """No hidden width below min(r̃, K), s̃ as large as possible, E[δ] ≠ 0 and r̃ = r + 1."""
    for widths in itertools.product(range(1, 4), repeat=4):
        for case in cases(widths):
            data_rank, residual_rank, mean = case
            value = best("loss", bias=True).evaluate(biased(*widths), **ranks(*case))
            largest = min(data_rank, widths[-1])
            if mean and residual_rank == largest and min(widths[1:-1]) >= largest:
                assert published("fact13", widths, *case) == value
                wide = {"augmented_data_rank": data_rank, "augmented_residual_rank": residual_rank, "residual_mean": 1}
                arguments = (data_rank - 1, residual_rank - 1)
                both = FORMULAS["functional_bias"], best("functional", bias=True)
                assert both[0].in_domain(biased(*widths), *arguments, *wide.values())
                one, two = (entry.evaluate(biased(*widths), *arguments, **wide) for entry in both)
                assert one == two
                if data_rank == widths[0] + 1:
                    deficiency = published("fact13_deficiency", widths, *case)
                    assert deficiency == biased(*widths).parameters - value
                    assert deficiency == FORMULAS["deficiency_bias"].evaluate(biased(*widths), **ranks(*case))
            elif mean and residual_rank > min(widths[1:-1]):
                assert published("fact13", widths, *case) < value


def test_theorem_12_needs_r_plus_one_for_equality():
    for widths in itertools.product(range(1, 4), repeat=3):
        for data_rank in range(1, widths[0] + 1):
            true = best("outer", bias=True).evaluate(biased(*widths), **ranks(data_rank, 0, 0))
            assert published("thm12_remark", widths, data_rank, 0, 0) == true
            assert published("thm12", widths, data_rank, 0, 0, shifted=True) > true


def test_overlap():
    for widths in ((2, 3, 2), (3, 2, 4, 3), (2, 1, 2, 2)):
        for case in cases(widths):
            values = [best(name, bias=True).evaluate(biased(*widths), **ranks(*case)) for name in QUANTITIES]
            overlap = FORMULAS["overlap_bias"].evaluate(biased(*widths), **ranks(*case))
            assert values[0] + values[1] - values[2] == overlap


@pytest.mark.parametrize("name", NAMES)
def test_fast_evaluation_with_bias_agrees_with_substitution(name):
    entry = FORMULAS[name]
    for widths, case in (((2, 3, 4), (3, 3, 1)), ((3, 2, 4, 2, 3, 5), (4, 4, 1)), ((4, 3), (2, 1, 0))):
        hidden, arguments = widths[1:-1], ranks(*case)
        smallest = min(hidden, default=10**6)
        last = max((i for i, width in enumerate(widths[1:-1], start=1) if width == smallest), default=0)
        values = {
            formula.r: arguments["data_rank"], formula.s: arguments["residual_rank"], formula.K: widths[-1],
            formula.d: widths[0], formula.L: len(widths) - 1, formula.M: sum(hidden), formula.m: last,
            formula.p: biased(*widths).parameters, formula.narrowest_hidden: smallest, formula.mean: case[2],
            formula.r_aug: case[0], formula.s_aug: case[1],
        }  # fmt: skip
        expression = entry.full.subs(values).doit()
        numbers = {entry: widths[int(entry.indices[0])] for entry in expression.atoms(sp.Indexed)}
        assert entry.evaluate(biased(*widths), **arguments) == expression.xreplace(numbers)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("deficiency_bias", *OWN)])
def test_mutants_with_bias_differ_and_can_be_evaluated(name):
    mutants = list(FORMULAS[name].mutants())
    assert len(mutants) >= 10
    for mutant in mutants:
        assert sp.expand(mutant.full - FORMULAS[name].full) != 0
    assert isinstance(mutants[0].evaluate(biased(3, 2, 4, 3), **ranks(4, 3, 1)), int)


@pytest.mark.long
def test_mutants_of_the_loss_are_caught_by_values():
    shapes = [
        (2, 3, 4),
        (3, 2, 4, 2, 3, 5),
        (4, 3),
        (2, 2, 2),
        (3, 1, 2, 3, 4),
        (1, 4, 3, 2),
        (4, 4, 3, 4, 4),
        (4, 3, 2),
    ]
    instances = [(widths, case) for widths in shapes for case in list(cases(widths))[::2]]
    entry, missed = FORMULAS["loss_bias_generic"], []
    for mutant in entry.mutants():
        if all(
            mutant.evaluate(biased(*widths), **ranks(*case)) == entry.evaluate(biased(*widths), **ranks(*case))
            for widths, case in instances
        ):
            missed.append(mutant.mutation)
    # e² = e, and the summand of the narrowest layer is zero: these two are the same statement.
    assert len(missed) == 2
    assert missed[0].startswith("factor e squared")
    assert missed[1] == "sum from m"


def test_definitions_in_latex():
    assert FORMULAS["loss_bias_generic"].definitions_latex == (
        r"\bar{q} = \min(\tilde{r} - 1, M_1, \ldots, M_{L-1}, K)",
        r"\hat{s} = \min(M_1, \ldots, M_{L-1}, \tilde{s})",
        r"\hat{s}_+ = \min(M_{\min} + 1, \tilde{s})",
    )
    assert FORMULAS["fact13"].definitions_latex == (r"q' = \min(r + 1, M_1, \ldots, M_{L-1}, K)",)


def test_every_quantity_with_bias_has_a_statement_and_a_bound():
    for quantity in BIAS_QUANTITIES:
        assert best(quantity, bias=True).quantifier == "generic"
        assert bound(quantity, bias=True).relation == "<="


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda: best("column", bias=True), "quantity 'column'"),
        (lambda: bound("a_o", bias=True), "quantity 'a_o'"),
        (lambda: best("outer", bias=True).evaluate(biased(2, 2), 1, 1), "augmented_data_rank"),
        (lambda: best("loss", bias=True).evaluate(biased(2, 2), 1, 1, augmented_data_rank=2), "augmented_residual"),
        (lambda: best("outer", bias=True).evaluate(biased(2, 2), **ranks(2, 2, 1) | {"residual_mean": 0}), "mean of"),
        (lambda: best("outer", bias=True).evaluate(biased(2, 2), **ranks(2, 0, 0) | {"residual_mean": 1}), "mean of"),
    ],
)
def test_unusable_requests_with_bias(action, message):
    with pytest.raises(UnusableRequest, match=message):
        action()


def test_a_mean_is_assumed_unless_it_cannot_be():
    one = ranks(2, 1, 1)
    del one["residual_mean"]
    loss = best("loss", bias=True)
    assert loss.evaluate(biased(2, 2, 2), **one) == loss.evaluate(biased(2, 2, 2), **ranks(2, 1, 1))
