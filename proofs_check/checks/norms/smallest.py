"""The smallest networks at which the published norm bounds fail, printed so that a reader can redo them by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import flint
import numpy as np
import sympy as sp

from hessproof.numeric.norms.exact import compare_norm
from hessproof.numeric.norms.instance import NormInstance
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.catalogue.regions_norms import (
    ALL_LARGE,
    LAST_LARGE,
    LAST_SMALL,
    MIDDLE,
    entries_trait,
    size_trait,
)
from hessproof.proofs_check.checks.norms.closed import closed_form, exact_square
from hessproof.proofs_check.checks.norms.points import FIRST, SECOND, Again, Point
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck
from hessproof.proofs_check.model.claim import Case
from hessproof.proofs_check.model.evidence import Counterexample, Engine, Mutant, Strength
from hessproof.proofs_check.searches.norm_smallest import (
    ORDER,
    Grid,
    derivatives_of,
    forward,
    hessians,
    smallest,
    smooth,
)
from hessproof.symbolic.norms.bounds import BOUNDS

IDEA = f"the smallest network that breaks the bound, by {FIRST}, the probabilities exact where the logits are equal"
SLACK = 1e-9

Traits = Callable[[NormInstance], str]


@dataclass(frozen=True)
class Question:
    """What is searched for.

    Args:
        key: The published bound.
        quantity: What it bounds.
        repaired: Bounds that hold there, for controls.
        about: What is printed.
        traits: The trait of a network, for regions.
        wanted: Accept networks with this trait only, if not empty.
        least_layers: Smallest depth.
        most_parameters, most_height: How far the search goes.
        columns: Whether F has columns of biases, all biases being zero.
        differentiable: Leave out networks with a pre-activation of zero.
        about_weights: The statement is about weights alone: x = (1, …, 1).
    """

    key: str
    quantity: str
    repaired: tuple[str, ...]
    about: str
    traits: Traits | None = None
    wanted: str = ""
    least_layers: int = 1
    most_parameters: int = 3
    most_height: int = 3
    columns: bool = False
    differentiable: bool = False
    about_weights: bool = False

    def asked(self, instance: NormInstance) -> NormInstance:
        """The network with zero biases if F has columns for them."""
        if not self.columns:
            return instance
        zero = tuple(np.asarray([Fraction(0)] * width, dtype=object) for width in instance.widths[1:])
        return NormInstance(instance.weights, zero, instance.inputs, instance.label, instance.probabilities)

    def layers(self, instance: NormInstance) -> list[int | None]:
        """The layers that the bound is about."""
        layered = BOUNDS[self.key].needs_layer or self.quantity == "weight"
        return list(range(1, len(instance.weights) + 1)) if layered else [None]

    def failing_layer(self, instance: NormInstance) -> tuple[bool, int | None]:
        """Whether the bound fails, proved, and the first layer where it does."""
        point = Point(self.asked(instance))
        for number in self.layers(instance):
            stated = number if BOUNDS[self.key].needs_layer else None
            with_layer = point.measured(self.quantity, number)
            if with_layer > point.bound(self.key, stated):
                return True, number
        return False, None

    def decide(self, instance: NormInstance) -> bool:
        """Whether the network is a counterexample that is looked for."""
        if self.wanted and self.traits is not None and self.traits(instance) != self.wanted:
            return False
        return self.failing_layer(instance)[0]

    def test(self, found: Grid) -> Any:
        """Candidates, in floats."""
        norms = [np.linalg.norm(weight, ord=2, axis=(-1, -2)) for weight in found.weights]
        entries = np.max([np.abs(weight).max(axis=(-1, -2)) for weight in found.weights], axis=0)
        values: dict[str, Any] = {
            "m": norms, "M_W": np.max(norms, axis=0), "M_x": np.linalg.norm(found.inputs, axis=-1), "M": entries,
            "h": min(found.widths[1:-1], default=0), "d": found.widths[0], "K": found.widths[-1],
            "widths": list(found.widths),
        }  # fmt: skip
        bound = BOUNDS[self.key]
        layers = len(norms)
        if self.wanted == MIDDLE:
            within = (8 * values["M_W"] ** 4 >= 1 - SLACK) & (values["M_W"] < 1)
        else:
            within = np.ones(len(found.labels), dtype=bool)
        if self.differentiable:
            within &= smooth(found)
        if self.quantity == "layer_derivative":
            sizes = [np.linalg.norm(one, ord=2, axis=(-1, -2)) for one in derivatives_of(found)]
            above = [size > bound.compiled(layers, n)(values) + SLACK for n, size in enumerate(sizes, start=1)]
            return within & np.any(above, axis=0)
        stated = bound.compiled(layers)(values)
        if self.quantity == "weight":
            return within & (values["M_W"] > stated + SLACK)
        outer, whole = hessians(found)
        matrix = whole if self.quantity == "hessian" else outer
        if self.columns:
            matrix = _with_columns(found)
        return within & (np.abs(np.linalg.eigvalsh(matrix)).max(axis=-1) > stated + SLACK)


def _with_columns(found: Grid) -> Any:
    """A matrix with the eigenvalues of the G-term with columns of biases: A^½FF⊤A^½."""
    states, _, logits = forward(found)
    gram = sum(
        ((state**2).sum(axis=-1) + 1)[:, None, None] * (one @ one.swapaxes(-1, -2))
        for state, one in zip(states, derivatives_of(found), strict=True)
    )
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p = powers / powers.sum(axis=-1, keepdims=True)
    values, vectors = np.linalg.eigh(p[:, :, None] * np.eye(p.shape[-1]) - p[:, :, None] * p[:, None, :])
    root = (vectors * np.sqrt(np.maximum(values, 0))[:, None, :]) @ vectors.swapaxes(-1, -2)
    return root @ gram @ root


def sized(instance: NormInstance) -> str:
    """The trait of M_W: the largest weight norm is rational only by chance, so that its square is compared."""
    square = max(exact_square(weight) for weight in instance.weights)
    if square.is_Rational and sp.sqrt(square).is_Rational:
        return size_trait(Fraction(str(sp.sqrt(square))))
    return size_trait(Fraction(1)) if square >= 1 else MIDDLE if 8 * square**2 >= 1 else size_trait(Fraction(0))


def entered(instance: NormInstance) -> str:
    """The trait of hM."""
    entries = max(abs(one) for weight in instance.weights for one in weight.flat)
    return entries_trait(min(instance.widths[1:-1]) * entries)


def layered(instance: NormInstance) -> str:
    """The trait of the norms of the layers."""
    squares = [exact_square(weight) for weight in instance.weights]
    return LAST_SMALL if squares[-1] < 1 else LAST_LARGE if min(squares) < 1 else ALL_LARGE


NORM = "published bound and ‖G-term‖"
WHOLE = "published bound and ‖Hessian‖"
QUESTIONS: dict[tuple[str, str, str], Question] = {
    ("kiselev2024.thm1.b", "main", "smallest network"): Question(
        "thm1.b", "layer_derivative", ("layer_derivative",), "Π_{s≥l} ‖W^s‖ and ‖G^l‖, l = 1", layered
    ),
    ("kiselev2024.thm1", "g_term", "smallest network"): Question(
        "thm1", "gauss_newton", ("g_term", "g_term_common", "g_term_at"), NORM, sized
    ),
    ("kiselev2024.thm1", "bias_columns", "smallest network"): Question(
        "thm1", "gauss_newton", ("g_term_bias", "g_term_bias_at"), f"{NORM} with columns of biases", sized, columns=True
    ),
    ("kiselev2024.thm1", "hessian", "smallest network"): Question(
        "thm1", "hessian", ("hessian", "hessian_common", "hessian_at"), WHOLE, sized, differentiable=True
    ),
    ("kiselev2024.thm1", "hessian", "smallest network with M_W² ≥ 1/(2√2)"): Question(
        "thm1", "hessian", ("hessian", "hessian_common", "hessian_at"), WHOLE, sized, MIDDLE, differentiable=True
    ),
    ("kiselev2024.thm1_L1", "main", "smallest network"): Question(
        "thm1_L1", "gauss_newton", ("g_term", "g_term_common"), WHOLE, sized
    ),
    ("kiselev2024.lemma1.a", "layers", "smallest network"): Question(
        "lemma1.a", "weight", ("weight_entries",), "hM and ‖W^l‖", least_layers=2, about_weights=True, most_height=1
    ),
    ("kiselev2024.lemma1", "bound", "smallest network"): Question(
        "lemma1", "gauss_newton", ("entries", "entries_equal"), NORM, entered, least_layers=2
    ),
    ("kiselev2024.lemma1", "hessian", "smallest network"): Question(
        "lemma1", "hessian", ("hessian", "hessian_common"), WHOLE, entered, least_layers=2, differentiable=True
    ),
}  # fmt: skip


def found(question: Question) -> NormInstance | None:
    """The smallest network."""
    return smallest(
        question.test,
        question.decide,
        most_parameters=question.most_parameters,
        most_height=question.most_height,
        least_layers=question.least_layers,
        with_input=not question.about_weights,
    )


def _work(name: str, key: str, check: str, context: Context) -> Finding:
    question, part = QUESTIONS[name, key, check], claim(name).part(key)
    counter, instance = Counter(part), found(question)
    if instance is None:
        return Finding(Strength.SAMPLE, "no network found", counter.tally)
    _, number = question.failing_layer(instance)
    trait = question.traits(instance) if question.traits is not None else ""
    case = Case(instance.architecture, 1, 1, traits=frozenset({trait} if trait else ()))
    counter.count(case, False)
    return Finding(
        Strength.SAMPLE,
        f"one network, the smallest by {ORDER}",
        counter.tally,
        counter.regions,
        tuple(_controls(question, instance, number)),
        counterexample(question, instance, number, case, f"hessproof verify {name} --engine ball"),
    )


def _controls(question: Question, instance: NormInstance, number: int | None) -> list[Mutant]:
    point = Point(question.asked(instance))
    value, result = point.measured(question.quantity, number), []
    for key in question.repaired:
        bound = point.bound(key, number if BOUNDS[key].needs_layer else None)
        holds = bool(value <= bound) or value.overlaps(bound)
        by = f"{shown(value)} does not exceed {shown(bound)}"
        result.append(
            Mutant(description=f"the repaired bound {key} in place of the published one", caught=holds, by=by)
        )
    return result


def counterexample(
    question: Question, instance: NormInstance, number: int | None, case: Case, reproduce: str
) -> Counterexample:
    """The network as a record, confirmed by the definition of the Hessian."""
    asked = question.asked(instance)
    value = Point(asked).measured(question.quantity, number)
    again = Again(asked)
    stated = number if BOUNDS[question.key].needs_layer else None
    confirmed = again.measured(question.quantity, number) > again.bound(question.key, stated)
    classes = instance.widths[-1]
    return Counterexample(
        widths=list(instance.widths),
        data_rank=1,
        residual_rank=1,
        predicted=exact_bound(question, instance, stated),
        measured=exact_value(question, asked, value, number),
        bias=question.columns,
        activation="relu",
        loss="cross-entropy",
        weights=[[[str(entry) for entry in row] for row in block] for block in asked.blocks],
        inputs=[] if question.about_weights else [[str(entry) for entry in instance.inputs]],
        targets=[] if question.about_weights else [[str(int(label == instance.label)) for label in range(classes)]],
        about=question.about,
        traits=sorted(case.traits),
        order=ORDER,
        confirmed_by=SECOND if confirmed else None,
        reproduce=reproduce,
    )


def exact_bound(question: Question, instance: NormInstance, number: int | None) -> str:
    """The published bound in closed form, with its value."""
    value = closed_form(question.key, instance, number)
    return str(value) if value.is_Integer else f"{value} = {float(value):.6g}"


def exact_value(question: Question, instance: NormInstance, value: Any, number: int | None) -> str:
    """The norm: a rational or the root of one where it is, otherwise digits."""
    if question.quantity == "weight":
        square = exact_square(instance.weights[(number or 1) - 1])
        return f"{sp.sqrt(square)} = {shown(value)}"
    if question.quantity in ("gauss_newton", "hessian"):
        point = Point(instance)
        guess = Fraction(float(value.mid())).limit_denominator(10**4)
        matrix = point.matrices["hessian" if question.quantity == "hessian" else "gauss_newton"]
        if point.matrices.exact and compare_norm(matrix, guess) == 0:
            return str(guess)
    nearest = Fraction(float(value.mid())).limit_denominator(100)
    return str(nearest) if value.contains(flint.fmpq(nearest.numerator, nearest.denominator)) else shown(value)


def shown(value: Any) -> str:
    """A ball by its digits."""
    return f"{float(value.mid()):.12g}"


def state() -> None:
    """Write the bounds down."""
    for question in QUESTIONS.values():
        for key in (question.key, *question.repaired):
            bound = BOUNDS[key]
            if bound.least_layers <= 2:
                bound.at(max(bound.least_layers, 1), 1 if bound.needs_layer else None)


def demonstrate() -> None:
    """The search for the smallest networks of a single layer."""
    question = QUESTIONS["kiselev2024.thm1", "g_term", "smallest network"]
    instance = found(question)
    if instance is not None:
        point = Point(instance)
        point.measured("hessian")
        point.bound("thm1")


CHECKS = tuple(
    FunctionCheck(name, key, check, Engine.BALL, IDEA, partial(_work, name, key, check), demonstrate, None, state)
    for name, key, check in QUESTIONS
)
