r"""How many eigenvalues of H_f are positive and how many negative, for every parameter.

With X = Ω⊤ the form of H_f is 2 Σ_{k<l} tr(X W^{L:l+1} Δ^l W^{l−1:k+1} Δ^k W^{k−1:1}). It is a form of the cycle
V_0 → V_1 → … → V_L → V_0 of the maps W^1, …, W^L, X, and changing the coordinates of every V_l changes it by a
congruence. So the cycle may be decomposed.

* By Fitting's lemma it is a direct sum of a part on which all maps are invertible and one on which the cycle is
  nilpotent. Changes between the two parts meet in pairs, bilinearly: as many positive as negative eigenvalues.
* A nilpotent cycle is a sum of strings. Moving along them counts how often X was passed; −1 to that power is a change
  of coordinates that fixes every W^l and takes X to −X. So the form is congruent to its negative.
* The invertible part has W^l = I and X similar to its Jordan form. Changes between eigenvalues that are neither equal
  nor conjugate meet bilinearly; those that map the space of a nonreal λ to itself change sign with a ↦ ia. What is left
  maps the space of λ to that of λ̄: m copies of the ordered form with λ, counted with signs, if λ has multiplicity m.
  Nilpotent entries of the Jordan form can be scaled down to 0 without passing a degenerate form as long as λ̄/λ is no
  root of unity of order L − 1 but 1.

The same holds for the restriction to changes that move no output, Σ_k W^{L:k+1}Δ^kW^{k−1:1} = 0, with L for L − 1.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal

import numpy as np
import sympy as sp

from hessproof.symbolic.derivation import Derivation, Rule, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.signature.forms import (
    draw_cycle,
    functional_form,
    on_kernel,
    ordered_form,
    output_changes,
    signs,
    weight,
)
from hessproof.symbolic.signature.toeplitz import resonance, toeplitz
from hessproof.symbolic.signature.tridiagonal import last_pair, partial_sums
from hessproof.symbolic.signature.words import between, invariance, opposite
from hessproof.symbolic.valuation import Array, Valuation
from hessproof.symbolic.words import L

Form = Literal["functional", "kernel"]
WHOLE, REGULAR, NILPOTENT, BETWEEN = sp.symbols(
    r"\operatorname{sig} \operatorname{sig}_{\mathrm{inv}} \operatorname{sig}_{\mathrm{nil}} "
    r"\operatorname{sig}_{\mathrm{mix}}", integer=True
)  # fmt: skip
ORDERED, PLANE, TOEPLITZ = (sp.IndexedBase(name) for name in ("F", "P", "T"))
"""Signatures, for the i-th eigenvalue: of the ordered form, of the last two partial sums, of the Toeplitz form."""
WEIGHT = sp.Function(r"\varsigma")
"""ς_n(λ) = #{0 < j < n : jπ/n > |arg λ|} − #{0 < j < n : jπ/n < |arg λ|}."""
ARGUMENT = sp.IndexedBase(r"\lambda")
i, count = sp.symbols("i n", integer=True)


class Replace(Rule):
    """A step that replaces one letter of a sum by what a lemma says of it.

    Args:
        name: What the lemma is called.
        statement: What it says.
        old: The letter, which the line must have.
        new: What it is replaced by.
        needs: Assumptions on the depth, which the ordering must settle.
        assumptions: What the lemma takes for granted.
    """

    def __init__(
        self, name: str, statement: str, old: Any, new: Any, needs: Any = 0, assumptions: tuple[str, ...] = ()
    ) -> None:
        self.name, self.statement, self.old, self.new = name, statement, old, new
        self.needs, self.assumptions = needs, assumptions

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Put it in, if the letter is there and the depth allows it."""
        if not sp.sympify(expression).has(self.old):
            raise RuleFailure(f"{self.old} does not occur in {expression}")
        if ordering.nonnegative(sp.sympify(self.needs)) is not True:
            raise RuleFailure(f"{self.needs} ≥ 0 is not known")
        return sp.expand(expression.xreplace({self.old: self.new}))


FITTING = r"V_l = \bigcap_N \operatorname{im} C_l^N \oplus \bigcup_N \ker C_l^N"
GENERAL = "no nonreal eigenvalue of Ω⊤W^{L:1} has an argument jπ/(L − 1)"
GENERAL_KERNEL = "no nonreal eigenvalue of Ω⊤W^{L:1} has an argument jπ/L"


@cache
def signature(form: Form) -> Derivation:
    """sig H_f = −Σ_λ ς_{L−1}(λ), and sig H_f|ker H_o = −Σ_λ ς_L(λ), over the nonzero eigenvalues of Ω⊤W^{L:1}.

    Example:
        >>> signature("functional").check(0).ok, signature("kernel").check(0).ok
        (True, True)
    """
    whole = form == "functional"
    parts = L - 1 if whole else L
    steps = [
        Step(REGULAR + NILPOTENT + BETWEEN, Replace("Fitting decomposition", FITTING, WHOLE,
                                                    REGULAR + NILPOTENT + BETWEEN)),
        Step(REGULAR + NILPOTENT, Replace("bilinear between the parts", "b \\mapsto -b", BETWEEN, sp.S.Zero)),
        Step(REGULAR, Replace("strings", r"X \mapsto -X", NILPOTENT, sp.S.Zero)),
        Step(sp.Sum(ORDERED[i], (i, 1, count)),
             Replace("one ordered form for each eigenvalue", r"\operatorname{tr}(X \Delta^l \Delta^k)", REGULAR,
                     sp.Sum(ORDERED[i], (i, 1, count)), assumptions=(GENERAL if whole else GENERAL_KERNEL,))),
    ]  # fmt: skip
    if whole:
        steps += [
            Step(sp.Sum(PLANE[i] + TOEPLITZ[i], (i, 1, count)),
                 Replace("last two partial sums", r"\text{ordered} = \text{plane} \oplus \text{Toeplitz}",
                         ORDERED[i], PLANE[i] + TOEPLITZ[i], needs=L - 2)),
            Step(sp.Sum(TOEPLITZ[i], (i, 1, count)),
                 Replace("a hyperbolic plane has signature 0", r"xy", PLANE[i], sp.S.Zero)),
        ]  # fmt: skip
    else:
        steps += [
            Step(sp.Sum(TOEPLITZ[i], (i, 1, count)),
                 Replace("partial sums", r"S_L = 0", ORDERED[i], TOEPLITZ[i], needs=L - 1))
        ]  # fmt: skip
    final = -sp.Sum(WEIGHT(parts, ARGUMENT[i]), (i, 1, count))
    steps.append(
        Step(final, Replace("eigenvalues of the Toeplitz form", r"2\cos(j\pi/n) - 2\cos\theta", TOEPLITZ[i],
                            -WEIGHT(parts, ARGUMENT[i])))
    )  # fmt: skip
    lemmas = (
        invariance(),
        between(),
        opposite(),
        partial_sums(),
        *((last_pair(),) if whole else ()),
        toeplitz(),
        resonance(),
    )
    title = "the functional Hessian" if whole else "the functional Hessian on changes that move no output"
    return Derivation(
        f"signature_{form}", f"signature of {title}", Ordering(L >= (2 if whole else 1)), WHOLE, tuple(steps), final,
        source="this project", same=same_sums, evaluate=value_of_sums, valuations=_whole if whole else _restricted,
        assumptions=(GENERAL if whole else GENERAL_KERNEL,), lemmas=lemmas,
    )  # fmt: skip


def same_sums(one: Any, two: Any, ordering: Ordering) -> bool:
    """Whether two expressions are equal, sums over eigenvalues taken apart."""
    return bool(sp.expand(_spread(one) - _spread(two)) == 0)


def _spread(expression: Any) -> Any:
    """Every sum as numbers times sums of single products."""

    def single(total: Any) -> Any:
        parts = (term.as_coeff_Mul() for term in sp.Add.make_args(sp.expand(total.function)))
        return sum(number * sp.Sum(rest, *total.limits) for number, rest in parts if number)

    return sp.expand(sp.sympify(expression).replace(lambda node: isinstance(node, sp.Sum), single))


def value_of_sums(expression: Any, valuation: Valuation) -> int:
    """The value, with ς counted for each eigenvalue."""
    table: dict[Any, Any] = dict(valuation.symbols)
    number = sp.sympify(expression).subs({count: table[count], L: table[L]}).doit()
    eigenvalues: Any = table.get("eigenvalues")

    def counted(node: Any) -> Any:
        real, imaginary = eigenvalues[int(node.args[1].indices[0]) - 1]
        return sp.Integer(weight(real, imaginary, int(node.args[0])))

    return int(number.replace(lambda node: isinstance(node, WEIGHT), counted).subs(table))


def _whole(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    yield from _cycles(derivation, seed, (2, 3, 4), False)


def _restricted(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    yield from _cycles(derivation, seed, (1, 2, 3), True)


def _cycles(derivation: Derivation, seed: int, depths: tuple[int, ...], kernel: bool) -> Iterator[Valuation]:
    """Cycles of known structure; every signature from its own form."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in depths:
        cycle = draw_cycle(stream, depth)
        whole, regular, nilpotent = (
            _signature(weights, back, kernel) for weights, back in (
                (cycle.weights, cycle.back), cycle.regular, cycle.nilpotent
            )
        )  # fmt: skip
        size = len(cycle.eigenvalues)
        numbers: dict[Any, Any] = {
            L: depth, count: size, WHOLE: whole, REGULAR: regular, NILPOTENT: nilpotent,
            BETWEEN: whole - regular - nilpotent, "eigenvalues": cycle.eigenvalues,
        }  # fmt: skip
        for place, (real, imaginary) in enumerate(cycle.eigenvalues, start=1):
            form = ordered_form(real, imaginary, depth)
            if kernel:
                form = on_kernel(form, np.kron(np.eye(2, dtype=int), np.ones((1, depth), dtype=int)).astype(object))
            positive, negative = signs(form)
            numbers |= {ORDERED[place]: (positive - negative) // 2, PLANE[place]: 0}
            numbers[TOEPLITZ[place]] = numbers[ORDERED[place]]
        yield Valuation(numbers)


def _signature(weights: list[Array], back: Array, kernel: bool) -> int:
    form = functional_form(weights, back)
    if not form.size:
        return 0
    positive, negative = signs(on_kernel(form, output_changes(weights)) if kernel else form)
    return positive - negative
