"""Rank formulas: values, domains, generated mutants, and agreement with dense Hessians."""

from __future__ import annotations

import pickle

import pytest
import sympy as sp
from dense_hessian import Network, rank
from hypothesis import given
from hypothesis import strategies as st

from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.formula import K, L, d, q
from hessproof.symbolic.formulas import FORMULAS, QUANTITIES, best, bound, equal_width, width_law
from hessproof.symbolic.variants import variants

EVALUABLE = [name for name, formula in FORMULAS.items() if not formula._missing and not formula.needs_augmented_ranks]

networks = st.lists(st.integers(1, 3), min_size=2, max_size=5).flatmap(
    lambda widths: st.tuples(
        st.just(tuple(widths)), st.integers(0, widths[0]), st.integers(0, 3), st.integers(0, 5), st.booleans()
    )
)


@pytest.mark.parametrize("name", EVALUABLE)
def test_fast_evaluation_agrees_with_sympy_substitution(name):
    formula = FORMULAS[name]
    for text in ("3-2", "2-3-4", "5-2-3-4", "2-3-3-2"):
        architecture = Architecture.parse(text)
        r, layers = architecture.inputs - 1, architecture.layers
        s = min(r, architecture.outputs) - 1
        for layer in range(1, layers + 1):
            hidden = architecture.hidden
            numbers = {"r": r, "s": s, "d": architecture.inputs, "K": architecture.outputs, "L": layers, "l": layer,
                       "M": sum(hidden), "p": architecture.parameters,
                       r"M_{\min}": min(hidden) if hidden else 10**9}  # fmt: skip
            values = {symbol: numbers[symbol.name] for symbol in formula.full.free_symbols & set(_symbols(formula))}
            expression = formula.full.subs(values).doit()
            entries = {entry: architecture.widths[int(entry.indices[0])] for entry in expression.atoms(sp.Indexed)}
            assert formula.evaluate(architecture, r, s, layer) == expression.xreplace(entries)


def _symbols(formula):
    return [x for x in formula.full.free_symbols if isinstance(x, sp.Symbol) and x.is_integer and x.name in
            ("r", "s", "d", "K", "L", "l", "M", "p", r"M_{\min}")]  # fmt: skip


@pytest.mark.long
@given(networks)
def test_best_and_bound_against_dense_hessians(case):
    widths, r, s, seed, deficient = case
    s = min(r, widths[-1], s)
    network, architecture = Network(widths, r, s, seed, deficient), Architecture(widths)
    for quantity in ("outer", "functional", "loss"):
        measured = network.rank_of(quantity)
        assert measured <= bound(quantity).evaluate(architecture, r, s)
    for layer in range(1, architecture.layers + 1):
        assert network.column_rank(layer) <= bound("column").evaluate(architecture, r, s, layer)


@pytest.mark.long
@pytest.mark.parametrize("text", ["1-1", "2-3", "2-2-2", "3-1-2", "2-3-2", "3-2-3-2", "2-3-3-3-2", "3-3-3-3"])
def test_generic_ranks_are_attained(text):
    architecture = Architecture.parse(text)
    for r in range(1, architecture.inputs + 1):
        for s in range(min(r, architecture.outputs) + 1):
            draws = [Network(architecture.widths, r, s, seed) for seed in range(3)]
            for quantity in ("outer", "functional", "loss"):
                assert max(n.rank_of(quantity) for n in draws) == best(quantity).evaluate(architecture, r, s)
            for layer in range(1, architecture.layers + 1):
                predicted = best(f"column:{layer}").evaluate(architecture, r, s, layer)
                assert max(n.column_rank(layer) for n in draws) == predicted


def test_published_and_own_statements_differ_where_the_published_ones_fail():
    single = Architecture.parse("2-2")
    assert FORMULAS["cor6_equality"].evaluate(single, 2, 2) == 4
    assert best("functional").evaluate(single, 2, 2) == 0 == Network((2, 2), 2, 2).rank_of("functional")
    assert FORMULAS["thm5"].evaluate(single, 2, 1, 1) == 2
    assert best("column").evaluate(single, 2, 1, 1) == 0
    square = Architecture.parse("2-2-2")
    assert not FORMULAS["fact7"].in_domain(square, 2, 1)
    assert best("loss").evaluate(square, 2, 1) == 7 == Network((2, 2, 2), 2, 1).rank_of("loss")
    assert FORMULAS["fact7"].evaluate(square, 2, 1) == 8


def test_own_statement_contains_fact7():
    difference = FORMULAS["loss_generic"].expression - FORMULAS["fact7"].expression
    assert sp.expand(difference.xreplace({sp.Symbol(r"\hat{q}", integer=True, nonnegative=True): q})) == 0


@pytest.mark.long
@pytest.mark.parametrize("name", EVALUABLE)
def test_each_mutant_differs_from_its_formula(name):
    formula = FORMULAS[name]
    mutants = list(formula.mutants())
    assert len(mutants) >= 10
    assert len({mutant.id for mutant in mutants}) == len(mutants)
    for mutant in mutants:
        assert mutant.mutation
        assert sp.expand(mutant.full - formula.full) != 0


@pytest.mark.slow
def test_mutants_are_caught_by_values_or_are_equal_on_the_domain():
    texts = ("5-3-4", "3-5-2-4", "2-3-4-5", "4-2", "3-3-3-3", "6-4-5-3", "9-2-7", "1-1-9")
    shapes = [Architecture.parse(text) for text in texts]
    formula, missed = FORMULAS["loss_generic"], []
    for mutant in formula.mutants():
        values = [
            (mutant.evaluate(a, r, s), formula.evaluate(a, r, s))
            for a in shapes for r in range(a.inputs + 1) for s in range(min(r, a.outputs) + 1)
        ]  # fmt: skip
        if all(one == two for one, two in values):
            missed.append(mutant.mutation)
    # s <= min(r, K) makes r and K superfluous in q̂ = min(r, M_1, …, K, s): these four are the same statement.
    assert all(text.startswith(r"\hat{q} defined with") for text in missed), missed
    assert len(missed) <= 4


@pytest.mark.long
def test_variants_cover_every_kind_of_change():
    texts = " | ".join(m.mutation for f in FORMULAS.values() for m in f.mutants())
    kinds = ("negated", "dropped", "doubled", "constant", "left out of min", "max in place", "sum from", "replaced by")
    for kind in kinds:
        assert kind in texts
    assert any("M[L - 1] replaced by M[L]" in m.mutation for m in FORMULAS["thm5"].mutants())
    assert not list(variants(sp.S.Half))


def test_formulas_travel_between_processes():
    formula = best("loss")
    formula.evaluate(Architecture.parse("2-2"), 2, 2)
    assert pickle.loads(pickle.dumps(formula)) == formula


def test_width_law():
    rank_law, parameters, ratio = width_law()
    architecture = Architecture.parse("5-7-7-7-3")
    values = {equal_width: 7, L: 4, d: 5, K: 3, q: 3, sp.Symbol("r", integer=True, nonnegative=True): 5}
    assert rank_law.subs(values) == FORMULAS["fact7"].evaluate(architecture, 5, 3)
    assert parameters.subs(values) == architecture.parameters
    assert sp.diff(rank_law, equal_width, 2) == 0
    assert sp.expand(sp.diff(parameters, equal_width, 2) - 2 * L + 4) == 0
    assert sp.limit(ratio.subs(L, 5), equal_width, sp.oo) == 0


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda: best("losses"), "quantity 'losses'"),
        (lambda: bound("jacobian"), "quantity 'jacobian'"),
        (lambda: FORMULAS["thm5"].evaluate(Architecture.parse("2-2"), 2, 2), "layer None"),
        (lambda: FORMULAS["thm5"].evaluate(Architecture.parse("2-2"), 2, 2, 2), "layer 2"),
        (lambda: FORMULAS["a_o_chain"].evaluate(Architecture.parse("2-2"), 2, 2), "values for a, b"),
    ],
)
def test_unusable_requests(action, message):
    with pytest.raises(UnusableRequest, match=message):
        action()


def test_every_quantity_has_a_generic_statement():
    for quantity in QUANTITIES:
        assert best(quantity).quantifier == "generic"
        assert best(quantity).latex


@pytest.mark.parametrize("text", ["2-3", "3-1-2", "2-3-2", "3-2-3-2"])
def test_jacobian_with_and_without_data(text):
    architecture = Architecture.parse(text)
    for r in range(1, architecture.inputs + 1):
        network = Network(architecture.widths, r, 0)
        assert rank(network.jacobian(on_data=False)) == best("a_o").evaluate(architecture, r, 0)
        assert rank(network.jacobian()) == best("jacobian").evaluate(architecture, r, 0)
