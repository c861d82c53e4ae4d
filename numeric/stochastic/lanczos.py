r"""Lanczos recurrences of several starting vectors side by side, with full reorthogonalisation.

From v_1 = g/‖g‖ the recurrence β_j v_{j+1} = A v_j − α_j v_j − β_{j-1} v_{j-1} gives the Jacobi matrix T_m with α_1 …
α_m on the diagonal and β_1 … β_{m-1} beside it: the recurrence coefficients of the polynomials that are orthogonal for
the measure μ_g = Σ_i (u_i⊤g)² δ_{λ_i} (Golub & Meurant 2010, chapter 4). Each new vector is made orthogonal to all
earlier ones twice (Giraud, Langou, Rozložník & van den Eshof 2005: twice is enough), so that T_m is, up to rounding,
the compression of A itself and no copies of converged eigenvalues appear.

Written against the array API. The vectors stay on the operator's device; α and β come to the host.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import array_api_compat
import numpy as np

from hessproof.numeric.arrays import Array, to_numpy
from hessproof.numeric.memory import refuse_if_too_large
from hessproof.numeric.stochastic.symmetric import Floats, Symmetric
from hessproof.symbolic.errors import UnusableRequest

ROUNDING = 16.0
"""Rounding moves eigenvalues by up to 16 ε√p ‖T‖: T_m is the compression of A + E with ‖E‖ of a few ε‖A‖ (Parlett 1998,
§13.4), and a sum of p products is off by about √p ε. A β of half of that is dropped, which moves them by no more.
Where exact arithmetic has 0 a larger β may be left; then the recurrence goes on, which costs products and no accuracy:
what it reaches next has next to no weight."""


@dataclass(frozen=True, eq=False, slots=True)
class Recurrence:
    """Lanczos coefficients of one starting vector g.

    Args:
        mass: ‖g‖², the total mass of μ_g.
        diagonal: α_1, …, α_m.
        beside: β_1, …, β_m; the last one belongs to the vector that would come next, and is 0 when the space spanned
            is invariant: then T_m knows μ_g completely.
        rounding: Share of ‖T‖ by which rounding may displace eigenvalues.
    """

    mass: float
    diagonal: Floats
    beside: Floats
    rounding: float

    @property
    def steps(self) -> int:
        """m."""
        return len(self.diagonal)

    @property
    def complete(self) -> bool:
        """Whether T_m knows the measure completely."""
        return float(self.beside[-1]) == 0.0

    @property
    def moments(self) -> tuple[float, float]:
        """g⊤Ag = ‖g‖²α_1 and ‖Ag‖² = ‖g‖²(α_1² + β_1²)."""
        first, next_one = float(self.diagonal[0]), float(self.beside[0])
        return self.mass * first, self.mass * (first**2 + next_one**2)


def recurrences(
    operator: Symmetric,
    starts: Floats,
    steps: int,
    enough: Callable[[Sequence[Recurrence]], bool] = lambda found: False,
    checks: Sequence[int] = (),
    progress: Callable[[int], None] = lambda products: None,
) -> list[Recurrence]:
    """The recurrence of each starting vector, all with one product of the operator a step.

    Memory: n·m·p numbers for n starting vectors and m steps.

    Args:
        operator: A, p × p.
        starts: n × p, one starting vector a row, none of them zero.
        steps: m, at least 1; at most p steps are done.
        enough: Asked after each number of steps in ``checks`` whether to stop there.
        checks: Those numbers of steps.
        progress: Told the number of products after every step.

    Raises:
        UnusableRequest: If shapes do not fit, a starting vector is zero, the vectors would not fit into memory, or a
            product is not finite.

    Example:
        >>> [one] = recurrences(Symmetric.of(np.diag([1.0, 2.0, 4.0])), np.ones((1, 3)), 3)
        >>> round(float(one.diagonal.sum()), 12), one.complete
        (7.0, True)
    """
    if starts.ndim != 2 or starts.shape[1] != operator.size or steps < 1:
        raise UnusableRequest(
            f"starting vectors of shape {starts.shape} and {steps} steps", f"n × {operator.size} and at least 1",
            "give one starting vector a row",
        )  # fmt: skip
    norms = np.linalg.norm(starts, axis=1)
    if not norms.all():
        raise UnusableRequest("a starting vector of zeros", "one with a direction", "draw it at random")
    count, most = len(starts), min(steps, operator.size)
    refuse_if_too_large(
        int(8 * count * (most + 4) * operator.size),
        f"{most} Lanczos vectors of {operator.size:,} numbers for {count} probes",
        "give fewer --steps, or fewer probes at a time",
    )
    run = _Run(operator, starts / norms[:, None], most)
    for step in range(1, most + 1):
        run.advance()
        progress(count)
        if run.finished or (step in checks and enough(run.found(norms))):
            break
    return run.found(norms)


class _Run:
    """n recurrences in step: ``basis`` is n × m × p."""

    def __init__(self, operator: Symmetric, first: Floats, most: int) -> None:
        self.operator, self.xp = operator, operator.xp
        self.count, self.most = len(first), most
        like = operator.asarray(first)
        self.basis = self.xp.zeros(
            (self.count, most, operator.size), dtype=like.dtype, device=array_api_compat.device(like)
        )  # fmt: skip
        self.basis[:, 0, :] = like
        self.alpha: list[list[float]] = [[] for _ in first]
        self.beta: list[list[float]] = [[] for _ in first]
        self.step = 0
        self.ended = np.zeros(self.count, dtype=bool)

    @property
    def finished(self) -> bool:
        """Whether every recurrence has met an invariant space."""
        return bool(self.ended.all())

    def advance(self) -> None:
        """One more α and β for every recurrence that goes on."""
        xp, last = self.xp, self.basis[:, self.step, :]
        image = xp.permute_dims(self.operator.apply(xp.permute_dims(last, (1, 0))), (1, 0))
        diagonal = _host(xp.sum(last * image, axis=1))
        self.step += 1
        for _ in range(2):
            image = self._orthogonal(image)
        lengths = _host(xp.linalg.vector_norm(image, axis=1))
        for number in np.flatnonzero(~self.ended).tolist():
            self.alpha[number].append(float(diagonal[number]))
            lengths[number] = self._length(number, float(lengths[number]))
            self.beta[number].append(float(lengths[number]))
        self.ended |= lengths == 0.0
        if self.step < self.most:
            safe = np.where(self.ended, 1.0, lengths)
            scale = self.operator.asarray(np.where(self.ended, 0.0, 1.0 / safe))
            self.basis[:, self.step, :] = image * scale[:, None]

    def _orthogonal(self, vectors: Array) -> Array:
        """Without their components along the basis."""
        xp, known = self.xp, self.basis[:, : self.step, :]
        parts = xp.matmul(known, vectors[:, :, None])
        return vectors - xp.matmul(xp.permute_dims(parts, (0, 2, 1)), known)[:, 0, :]

    @property
    def rounding(self) -> float:
        return ROUNDING * self.operator.epsilon * math.sqrt(self.operator.size)

    def _length(self, number: int, length: float) -> float:
        """β, or 0 where what is left is rounding; p orthogonal directions are all that there are."""
        if self.step >= self.operator.size:
            return 0.0
        size = max(map(abs, [*self.alpha[number], *self.beta[number]]))
        return 0.0 if length <= self.rounding * size / 2 else length

    def found(self, norms: Floats) -> list[Recurrence]:
        return [
            Recurrence(float(norm) ** 2, np.asarray(alpha), np.asarray(beta), self.rounding)
            for norm, alpha, beta in zip(norms, self.alpha, self.beta, strict=True)
        ]


def _host(array: Array) -> Floats:
    return np.array(to_numpy(array), dtype=np.float64)
