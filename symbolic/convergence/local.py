r"""What one more object changes within a radius of θ*, across kinks: no Taylor expansion, no critical point.

Logits move by at most ‖x‖(Π(m_s + r_s) − Π m_s) if the layers move by r_s = ‖ΔW^s‖, whatever neurons switch on or off;
a loss moves by at most √2 times as much as its logits.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.convergence.ranges import BETA, INDEX, LAYER, M_X, NORMS, C, N, OneMoreFactor
from hessproof.symbolic.convergence.sample_size import CHANGES, M_W, L, R, S
from hessproof.symbolic.convergence.samples import K_SIZE, LOSS, I, excess
from hessproof.symbolic.convergence.steps import AtMost, Given, SumTriangle, Triangle, same, value
from hessproof.symbolic.derivation import Algebra, Derivation, RuleFailure, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

STEPS, MOVED = sp.IndexedBase("r", nonnegative=True), sp.IndexedBase("e", nonnegative=True)
"""r_s = ‖ΔW^s‖ and e_l = ‖x^l(θ) − x^l(θ*)‖."""
OTHERS, MISSING = sp.IndexedBase("p", nonnegative=True), sp.Symbol("t", nonnegative=True)
"""p_c of the other classes, t = 1 − p_y."""
SHIFT, REACH = sp.IndexedBase("d", real=True), sp.Symbol("D", nonnegative=True)
"""d_i = ℓ_i(θ) − ℓ_i(θ*); D, a bound of ‖z_i(θ) − z_i(θ*)‖."""
MOVE = sp.Symbol(r"\lVert \Delta z \rVert", nonnegative=True)
EQUAL = ("‖W^s‖ ≤ M_W at θ*", "Σ r_s² ≤ R²")


@cache
def lipschitz() -> Derivation:
    """|ℓ(z + Δz) − ℓ(z)| ≤ √2 ‖Δz‖: the gradient p − y of cross-entropy is shorter than √2.

    Example:
        >>> lipschitz().check(0).ok
        True
    """
    squares, whole = sp.Sum(OTHERS[C] ** 2, (C, 1, N)), sp.Sum(OTHERS[C], (C, 1, N))
    final = sp.sqrt(2) * MOVE
    return Derivation(
        "lipschitz", "how fast cross-entropy changes with the logits", Ordering(),
        sp.sqrt(squares + MISSING**2) * MOVE,
        (
            Step(sp.sqrt(whole**2 + MISSING**2) * MOVE,
                 AtMost("sum of squares", squares, whole**2, r"\sum_c p_c^2 \le \left( \sum_c p_c \right)^2")),
            Step(sp.sqrt(MISSING**2 + MISSING**2) * MOVE,
                 Given("probabilities", {whole: MISSING}, r"\sum_{c \ne y} p_c = 1 - p_y = t")),
            Step(final, AtMost("a probability", MISSING, sp.S.One, r"t \le 1")),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_probabilities,
        remarks=("the first line is ‖p − y‖ ‖Δz‖ at a point between, by the mean value theorem",),
    )  # fmt: skip


@cache
def moved_logits() -> Derivation:
    """e_{l+1} ≤ M_x(Π_{s≤l}(m_s + r_s) − Π_{s≤l} m_s), the induction step; for l = L these are the logits.

    Example:
        >>> moved_logits().check(0).ok
        True
    """
    grown = sp.Product(NORMS[INDEX] + STEPS[INDEX], (INDEX, 1, LAYER - 1))
    plain = sp.Product(NORMS[INDEX], (INDEX, 1, LAYER - 1))
    m, r = NORMS[LAYER], STEPS[LAYER]
    final = M_X * (
        sp.Product(NORMS[INDEX] + STEPS[INDEX], (INDEX, 1, LAYER)) - sp.Product(NORMS[INDEX], (INDEX, 1, LAYER))
    )
    before = M_X * (grown - plain)
    layer = r"\mathbf{W}'x' - \mathbf{W}x = \mathbf{W}'(x' - x) + \Delta\mathbf{W}\,x, \quad"
    layer += r" \lvert \sigma(a) - \sigma(b) \rvert \le \lvert a - b \rvert"
    return Derivation(
        "moved_logits", "how far the logits can move, layer by layer", Ordering(), MOVED[LAYER + 1],
        (
            Step((m + r) * MOVED[LAYER] + r * BETA[LAYER],
                 AtMost("one layer", MOVED[LAYER + 1], (m + r) * MOVED[LAYER] + r * BETA[LAYER], layer,
                        ("σ is 1-Lipschitz, no bias",))),
            Step((m + r) * before + r * BETA[LAYER],
                 AtMost("induction", MOVED[LAYER], before,
                        r"e_l \le M_x \left( \prod_{s<l} (m_s + r_s) - \prod_{s<l} m_s \right)")),
            Step((m + r) * before + r * M_X * plain,
                 AtMost("size of the layer's input", BETA[LAYER], M_X * plain,
                        r"\lVert x^l \rVert \le M_x \prod_{s<l} m_s", ("|σ(z)| ≤ |z|",))),
            Step(M_X * (m + r) * grown - M_X * m * plain, Algebra("collect")),
            Step(final, JoinBoth()),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_layers,
    )  # fmt: skip


class JoinBoth(OneMoreFactor):
    """The same for Π(m_s + r_s) and Π m_s at once."""

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take the factor of layer l into both products."""
        grown = sp.Product(NORMS[INDEX] + STEPS[INDEX], (INDEX, 1, LAYER - 1))
        plain = sp.Product(NORMS[INDEX], (INDEX, 1, LAYER - 1))
        one, two = sp.Dummy("A"), sp.Dummy("B")
        open_form = sp.expand(expression.xreplace({grown: one, plain: two}))
        factors = open_form.coeff(one), open_form.coeff(two)
        if sp.expand(open_form - factors[0] * one - factors[1] * two) != 0:
            raise RuleFailure(f"{expression} has terms without exactly one of the two products")
        longer = sp.Product(NORMS[INDEX] + STEPS[INDEX], (INDEX, 1, LAYER))
        rest = sp.cancel(factors[0] / (NORMS[LAYER] + STEPS[LAYER])), sp.cancel(factors[1] / NORMS[LAYER])
        return rest[0] * longer + rest[1] * sp.Product(NORMS[INDEX], (INDEX, 1, LAYER))


@cache
def equal_radii() -> Derivation:
    """M_x(Π(m + r_s) − m^L) ≤ M_x((m + R/√L)^L − m^L): equal steps are the worst.

    Example:
        >>> equal_radii().check(0).ok
        True
    """
    product = sp.Product(M_W + STEPS[INDEX], (INDEX, 1, L))
    total = sp.Sum(STEPS[INDEX], (INDEX, 1, L))
    final = M_X * ((M_W + R / sp.sqrt(L)) ** L - M_W**L)
    means = r"\prod_s (m + r_s) \le \left( m + \tfrac1L \sum_s r_s \right)^L"
    return Derivation(
        "equal_radii", "how a radius is best spent", Ordering(), M_X * (product - M_W**L),
        (
            Step(M_X * ((M_W + total / L) ** L - M_W**L),
                 AtMost("arithmetic and geometric mean", product, (M_W + total / L) ** L, means)),
            Step(final, AtMost("Cauchy–Schwarz", total, sp.sqrt(L) * R,
                               r"\sum_s r_s \le \sqrt{L} \left( \sum_s r_s^2 \right)^{1/2}", EQUAL)),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_steps, assumptions=EQUAL,
        remarks=("attained by r_s = R/√L", "where ‖W^s‖ < M_W the right side only grows with M_W"),
    )  # fmt: skip


@cache
def local_change() -> Derivation:
    """|𝓛_{k+1} − 𝓛_k|(θ) ≤ (1/(k+1))(S + 2√2 M_x((m + R/√L)^L − m^L)).

    Example:
        >>> local_change().check(0).ok
        True
    """
    k = K_SIZE
    values, moves = excess(), (SHIFT[k + 1], excess(SHIFT) - SHIFT[k + 1])
    inner = sp.Sum(sp.Abs(SHIFT[I]), (I, 1, k))
    share = 1 / (k + 1)
    most = sp.sqrt(2) * REACH
    final = CHANGES["local"].constant * share
    reach = M_X * ((M_W + R / sp.sqrt(L)) ** L - M_W**L)
    fast = r"\lvert \ell_i(\theta) - \ell_i(\theta^*) \rvert \le \sqrt2\, D"
    given = ("|ℓ_{k+1} − 𝓛_k| ≤ S at θ*",)
    return Derivation(
        "local_change", "what one more object changes within a radius", Ordering(),
        sp.Abs(values + moves[0] + moves[1]) * share,
        (
            Step((sp.Abs(values) + sp.Abs(moves[0]) + sp.Abs(moves[1])) * share, Triangle(values, *moves)),
            Step((S + sp.Abs(moves[0]) + sp.Abs(moves[1])) * share,
                 AtMost("losses at the centre", sp.Abs(values), S, "", given)),
            Step((S + sp.Abs(moves[0]) + inner / k) * share, SumTriangle()),
            Step((S + most + inner / k) * share, AtMost("Lipschitz", sp.Abs(moves[0]), most, fast)),
            Step((S + most + sp.Sum(most, (I, 1, k)) / k) * share,
                 AtMost("Lipschitz", inner, sp.Sum(most, (I, 1, k)), fast)),
            Step((S + 2 * most) * share, Algebra("equal summands")),
            Step(final, AtMost("how far the logits move", REACH, reach, r"\lVert \Delta z_i \rVert \le D", EQUAL)),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_changes,
        lemmas=(lipschitz(), moved_logits(), equal_radii()), assumptions=(*EQUAL, *given),
        remarks=("nothing is differentiated: kinks do not matter, θ* need not be critical",),
    )  # fmt: skip


def _probabilities(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for others in (1, 2, 4):
        row = [stream.randint(0, 5) for _ in range(others + 1)]
        t = sp.Rational(stream.randint(1, 4), 4)
        scale = t / sum(row[1:]) if any(row[1:]) else sp.S.Zero
        numbers: dict[Any, Any] = {
            N: others, OTHERS: [entry * scale for entry in row], MISSING: t if scale else sp.S.Zero,
            MOVE: sp.Rational(stream.randint(0, 5), 2),
        }  # fmt: skip
        yield Valuation(numbers)


def _layers(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Sizes and moves that fall short of their bounds by a drawn share, layer by layer."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for layer in (1, 2, 3):
        m, r = ([sp.Rational(stream.randint(0, 6), 3) for _ in range(layer + 1)] for _ in range(2))
        beta, moved = [sp.S.Zero, sp.Rational(stream.randint(1, 5))], [sp.S.Zero, sp.S.Zero]
        for s in range(1, layer + 1):
            moved.append(((m[s] + r[s]) * moved[s] + r[s] * beta[s]) * sp.Rational(stream.randint(1, 3), 3))
            beta.append(m[s] * beta[s] * sp.Rational(stream.randint(1, 3), 3))
        numbers: dict[Any, Any] = {LAYER: layer, NORMS: m, STEPS: r, BETA: beta, MOVED: moved, M_X: beta[1]}
        yield Valuation(numbers)


def _steps(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for depth in (1, 2, 4):
        r = [sp.Rational(stream.randint(0, 4), 2) for _ in range(depth + 1)]
        radius = sp.sqrt(sum(entry**2 for entry in r[1:]))
        numbers: dict[Any, Any] = {
            L: depth, STEPS: r, R: radius, M_W: sp.Rational(stream.randint(0, 6), 3),
            M_X: sp.Rational(stream.randint(1, 4), 2),
        }  # fmt: skip
        yield Valuation(numbers)


def _changes(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for size in (1, 2, 3):
        losses = [sp.Rational(stream.randint(0, 9), 2) for _ in range(size + 2)]
        numbers: dict[Any, Any] = {
            K_SIZE: size, LOSS: losses, L: size, M_W: sp.Rational(stream.randint(0, 3), 2), R: sp.sqrt(size),
            M_X: sp.Integer(stream.randint(1, 3)), S: abs(losses[size + 1] - sum(losses[1 : size + 1]) / size),
        }  # fmt: skip
        reach = numbers[M_X] * ((numbers[M_W] + 1) ** size - numbers[M_W] ** size)
        shares = [sp.Rational(stream.randint(-4, 4), 3) for _ in range(size + 2)]
        numbers |= {REACH: reach, SHIFT: [share * reach for share in shares]}
        yield Valuation(numbers)
