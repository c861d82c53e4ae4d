"""How much of the top eigenspace of the Hessian is the G-term's, at initialisation and after training (§3.4).

Two routes look at the same networks: Lanczos on Hessian-vector products, and eigenvalues of matrices, the mean Hessian
assembled from the objects' factors and every object's Hessian in its own small coordinates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import eigh

from hessproof.numeric.curvature.angles import chance, overlap
from hessproof.numeric.curvature.chain import factors
from hessproof.numeric.curvature.dense import mean_parts
from hessproof.numeric.curvature.lanczos import top_space
from hessproof.numeric.curvature.objects import compared, object_spaces, reduced
from hessproof.proofs_check.catalogue import claim
from hessproof.proofs_check.checks.landscape.curved_networks import Curved, networks, untrained
from hessproof.proofs_check.checks.landscape.space_figures import spectrum_figure
from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.criteria.curvature import BY_LANCZOS, SIZES, TOP, criterion
from hessproof.proofs_check.model.check import Context, Counter, Finding, FunctionCheck, Profile
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength

Array = npt.NDArray[np.float64]
LANCZOS = "Ritz vectors of Lanczos on Hessian-vector products, and the principal angles between them"
MATRICES = "eigenvectors of the assembled mean Hessian and of each object's Hessian in its own coordinates"
STANDARD = ("small", "shallow", "deep")
SIZES_AT = {Profile.QUICK: ("small",), Profile.STANDARD: STANDARD, Profile.THOROUGH: STANDARD}
ASSEMBLED_AT = {Profile.QUICK: ("small",), Profile.STANDARD: ("small",), Profile.THOROUGH: STANDARD}
"""Mean Hessians are decomposed as matrices only where that takes little time."""


@dataclass(frozen=True, slots=True)
class Question:
    """A part: which state, the mean or single objects, and how many eigenvectors."""

    part: str
    state: str
    mean: bool
    leading: bool = False

    def count(self, one: Curved) -> int:
        """K − 1, or one."""
        return 1 if self.leading else one.architecture.outputs - 1


QUESTIONS = (
    Question("average_initial", "initial", True),
    Question("average_trained", "trained", True),
    Question("object_initial", "initial", False),
    Question("object_trained", "trained", False),
    Question("leading_trained", "trained", False, leading=True),
)


def by_lanczos(question: Question, one: Curved) -> float:
    """The overlap, by Lanczos."""
    count, pieces = question.count(one), _pieces(question, one)
    return fmean(overlap(*(_ritz(question, one, x, y, count, part) for part in ("loss", "outer"))) for x, y in pieces)


def by_matrices(question: Question, one: Curved) -> float:
    """The overlap, by decompositions of matrices."""
    weights, count = one.weights[question.state], question.count(one)
    if question.mean:
        outer, functional = mean_parts(one.architecture, weights, one.inputs, one.targets)
        meeting = _top(outer + functional, count).T @ _top(outer, count)
        return float((meeting**2).sum() / count)
    found = object_spaces(one.architecture, weights, *one.objects())
    return float(np.mean(found.leading if question.leading else found.overlap))


def _pieces(question: Question, one: Curved) -> list[tuple[Array, Array]]:
    if question.mean:
        return [(one.inputs, one.targets)]
    x, y = one.objects(BY_LANCZOS)
    return [(x[i : i + 1], y[i : i + 1]) for i in range(len(x))]


def _ritz(question: Question, one: Curved, x: Array, y: Array, count: int, part: Any) -> Array:
    return top_space(one.architecture, one.weights[question.state], x, y, count, part).vectors


def _top(matrix: Array, count: int) -> Array:
    size = len(matrix)
    found: Array = eigh(matrix, subset_by_index=[size - count, size - 1])[1]
    return found


def lanczos_controls(question: Question, one: Curved, rule: Criterion) -> Iterator[Mutant]:
    """Spaces that are not the G-term's: random ones, its own with the coordinates shuffled; and the Hessian's own."""
    count, (x, y) = question.count(one), _pieces(question, one)[0]
    whole, outer = (_ritz(question, one, x, y, count, part) for part in ("loss", "outer"))
    stream = np.random.default_rng(0)
    for number in range(3):
        drawn = np.linalg.qr(stream.standard_normal(outer.shape))[0]
        yield _wrong(f"random space {number + 1} in place of the G-term's", overlap(whole, drawn), rule)
    for number in range(3):
        shuffled = outer[stream.permutation(len(outer))]
        yield _wrong(f"the G-term's space, coordinates shuffled ({number + 1})", overlap(whole, shuffled), rule)
    yield _right(overlap(whole, whole), rule)


def matrix_controls(question: Question, one: Curved, rule: Criterion) -> Iterator[Mutant]:
    """The same for matrices: coordinates of the G-term shuffled, and the Hessian in its place."""
    weights, count = one.weights[question.state], question.count(one)
    stream = np.random.default_rng(0)
    if question.mean:
        parts = mean_parts(one.architecture, weights, one.inputs[:20], one.targets[:20])
        outer, functional = (part[None] for part in parts)
    else:
        outer, functional = reduced(one.architecture, factors(one.architecture, weights, *one.objects(5)))
    whole = outer + functional
    for number in range(3):
        order = stream.permutation(outer.shape[1])
        value = float(np.mean(compared(whole, outer[:, order][:, :, order], count)[0]))
        yield _wrong(f"the G-term with its coordinates shuffled ({number + 1})", value, rule)
    yield _right(float(np.mean(compared(whole, whole, count)[0])), rule)


def _wrong(description: str, value: float, rule: Criterion) -> Mutant:
    missed = not rule.met(value)
    return Mutant(description=description, caught=missed, by=f"overlap {value:.3f}")


def _right(value: float, rule: Criterion) -> Mutant:
    met = rule.met(value)
    return Mutant(
        description="the Hessian's own space in place of the G-term's", caught=met,
        by=f"overlap {value:.3f}: the criterion can be met",
    )  # fmt: skip


Value = Callable[[Question, Curved], float]
Controls = Callable[[Question, Curved, Criterion], Iterator[Mutant]]


def _work(
    question: Question, value: Value, controls: Controls, sizes_at: dict[Profile, tuple[str, ...]]
) -> Callable[[Context], Finding]:
    def work(context: Context) -> Finding:
        counter = Counter(claim(TOP).part(question.part))
        records: list[dict[str, Any]] = []
        mutants: list[Mutant] = []
        sizes = sizes_at[context.profile]
        for size in sizes:
            rule = criterion(TOP, question.part, size)
            values = []
            for one in networks(context, size):
                values.append(value(question, one))
                counter.count(one.case, rule.met(values[-1]))
            first = networks(context, size)[0]
            if size == sizes[0]:
                mutants += controls(question, first, rule)
            by_chance = chance(first.architecture.parameters, question.count(first))
            losses = [one.losses[question.state] for one in networks(context, size)]
            records.append({**rule.record(values), "by_chance": by_chance, "losses": losses})
        words = "; ".join(SIZES[size].words for size in sizes)
        details: dict[str, Any] = {"criteria": records}
        if question.mean and value is by_matrices:
            figure = spectrum_figure(networks(context, sizes[0])[0], question.state, TOP)
            details["figures"] = [figure.model_dump(mode="json")]
        return Finding(
            Strength.SAMPLE, f"the digits, {words}", counter.tally, counter.regions, tuple(mutants), details=details
        )

    return work


def _demonstrate(value: Value) -> None:
    one = untrained((4, 3, 3, 10), 0)
    for question in QUESTIONS:
        value(question, one)


def demonstrate_lanczos() -> None:
    """A tiny untrained network by Lanczos."""
    _demonstrate(by_lanczos)


def demonstrate_matrices() -> None:
    """A tiny untrained network by matrices."""
    _demonstrate(by_matrices)


def prepare(context: Context) -> None:
    """Train the networks."""
    for size in SIZES_AT[context.profile]:
        networks(context, size)


CHECKS = tuple(
    FunctionCheck(
        TOP, question.part, name, Engine.FLOAT, idea,
        _work(question, value, controls, SIZES_AT if name == "Lanczos" or not question.mean else ASSEMBLED_AT),
        demonstrate, prepare,
    )
    for question in QUESTIONS
    for name, idea, value, controls, demonstrate in (
        ("Lanczos", LANCZOS, by_lanczos, lanczos_controls, demonstrate_lanczos),
        ("matrices", MATRICES, by_matrices, matrix_controls, demonstrate_matrices),
    )
)  # fmt: skip
