r"""The generic rank of H_f is attained at the same network, for all sizes and every T: its kernel, by the same steps.

Without the term with D the law of balance is the same. The ends are now x_1Z = 0 and Zy_L = 0, where Z = c_0Ω⊤c_L has
rank s − q̂, and p_0F_1i_1 = TΣ_{l≥2}a_l = 0 leaves no core because T is positive and L ≥ 2. So the kernel has at most
the dimension Σ_l (M_l − q̂)(M_{l-1} − q̂) + q̂(r − s) + q̂(K − s).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from sympy import MatrixExpr, Sum, Symbol

from hessproof.symbolic import formula
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.elimination import cores, steps
from hessproof.symbolic.elimination.equations import kernel_equation, law_of_balance
from hessproof.symbolic.elimination.letters import (
    QHAT,
    Inject,
    Project,
    Rest,
    T,
)
from hessproof.symbolic.elimination.steps import DEEP, across, at_end, at_witness, chained, core, into, out_of
from hessproof.symbolic.elimination.theorem import at_sizes, linear_map, node
from hessproof.symbolic.elimination.witness import Idempotents, networks
from hessproof.symbolic.formulas import FUNCTIONAL
from hessproof.symbolic.generalised_inverse import exact_rank
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.sums import INDEX, LayerSum
from hessproof.symbolic.telescoping import same
from hessproof.symbolic.valuation import Valuation
from hessproof.symbolic.words import L, k, shown, times

RANK = Symbol(r"\operatorname{rk} \mathbf{H}_f", integer=True)
s = formula.s


@cache
def first_layer() -> Derivation:
    """c_0F_1i_1 = Zy_L for H_f.

    Example:
        >>> first_layer().check(0, count=1).ok
        True
    """
    start = times(Rest(0), at_witness(1, "functional"), Inject(1))
    return at_end("first layer of H_f", "what the first layer's equation leaves", start, left_behind())


@cache
def last_layer() -> Derivation:
    """p_{L-1}F_Lc_L = x_1Z for H_f.

    Example:
        >>> last_layer().check(0, count=1).ok
        True
    """
    start = times(Project(L - 1), at_witness(L, "functional"), Rest(L))
    return at_end("last layer of H_f", "what the last layer's equation leaves", start, left_before())


def left_behind() -> MatrixExpr:
    """Zy_L."""
    return times(across(), out_of(L))


def left_before() -> MatrixExpr:
    """x_1Z."""
    return times(into(1), across())


@cache
def sum_of_cores() -> Derivation:
    """p_0F_1i_1 = TΣ_{l≥2}a_l for H_f.

    Example:
        >>> sum_of_cores().check(0, count=1).ok
        True
    """
    start, rule = times(Project(0), at_witness(1, "functional"), Inject(1)), Idempotents()
    final = times(T, LayerSum(core(INDEX), INDEX, 2, L))
    return Derivation(
        "sum of the cores of H_f", "what the first layer's equation says about the cores", DEEP, start,
        chained(start, DEEP, rule), final, source="this project", valuations=networks,
        lemmas=(kernel_equation("functional"), law_of_balance("functional")),
    )  # fmt: skip


class Settles(Rule):
    """rk H_f = p − dim ker H_f, and the kernel lies in V and those x_1, y_L with x_1Z = 0, Zy_L = 0.

    Z has rank s − q̂, so that x_1 has q̂(r − s) free entries and y_L has q̂(K − s).

    Args:
        found: What the equations say, solved.
    """

    name = "rank and nullity"
    relation = ">="
    statement = r"\ker \mathbf{H}_f \subset V \oplus \{x_1 Z = 0\} \oplus \{Z y_L = 0\}"

    def __init__(self, found: tuple[Derivation, ...]) -> None:
        self.found = found

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Count the parameters less those of the kernel."""
        forms = (
            cores.positive(2).final,
            times(T, into(k + 1)),
            times(-1, out_of(k), T),
            left_behind(),
            left_before(),
        )
        for derivation, form in zip(self.found, forms, strict=True):
            if derivation.final != form:
                raise RuleFailure(f"{shown(derivation.final)} is not {shown(form)}")
        ordering.require(L - 2, "a first and a last layer that differ")
        rest = Sum((node[k] - QHAT) * (node[k - 1] - QHAT), (k, 1, L))
        ends = QHAT * (node[0] - s) + QHAT * (node[L] - s)
        return expression.xreplace({RANK: Sum(node[k] * node[k - 1], (k, 1, L)) - rest - ends})


def solved() -> tuple[Derivation, ...]:
    """What confines the kernel of H_f."""
    return cores.positive(2), steps.nothing_into(), steps.nothing_out(), first_layer(), last_layer()


@cache
def functional() -> Derivation:
    """rk H_f at the witness is at least 2q̂M + 2q̂s − Lq̂², for L ≥ 2, all widths, every r and s.

    Example:
        >>> functional().check(0, count=1).ok
        True
    """
    lines = chained(RANK, DEEP, Settles(solved()))
    final = at_sizes(FUNCTIONAL)
    return Derivation(
        "functional_eliminated", "the rank of H_f is attained", DEEP, RANK,
        (*lines, Step(final, Algebra("telescoping"))), final, source="this project", same=same, valuations=_ranks,
        remarks=("on data reduced to r inputs, so that M_0 = r",), lemmas=(*solved(), sum_of_cores()),
    )  # fmt: skip


def _ranks(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Small networks with the rank of H_f at the witness, T being any positive diagonal matrix."""
    for point in networks(derivation, seed, depths=(2, 3, 2, 3), width=3):
        symbols: dict[Any, Any] = {**point.symbols, node: list(point.widths)}
        valuation = Valuation(symbols, point.widths)
        valuation.symbols[s] = len(point._drawn["omega"])
        valuation.symbols[RANK] = exact_rank(linear_map(point, partial(at_witness, part="functional")))
        yield valuation
