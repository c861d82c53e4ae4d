r"""Between which values cross-entropy lies: for logits in a ball, and at a critical point.

The K classes are ordered so that the label is the last one, n = K − 1 others before it: ℓ = log Σ_c e^{z_c} − z_K.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from typing import Any

import sympy as sp

from hessproof.symbolic.convergence.sample_size import RHO, K, largest_loss, smallest_loss
from hessproof.symbolic.convergence.samples import K_SIZE, LOSS, I, average, excess
from hessproof.symbolic.convergence.steps import AtLeast, AtMost, Given, SplitLast, same, value
from hessproof.symbolic.derivation import Algebra, Derivation, Rule, RuleFailure, Step
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.valuation import Valuation

N = sp.Symbol("n", integer=True, positive=True)
"""n = K − 1, the number of other classes."""
C, INDEX, LAYER = sp.symbols("c s l", integer=True, positive=True)
Z = sp.IndexedBase("z", real=True)
"""Logits."""
INSIDE = ("‖z‖ ≤ ρ",)
POWERS, NORMS, BETA = sp.IndexedBase("lambda", real=True), sp.IndexedBase("m", nonnegative=True), sp.IndexedBase("beta")
"""log Σ e^{z_c} of object i; ‖W^s‖; ‖x^l‖."""
GIVEN, EXPECTED = sp.IndexedBase("u", real=True), sp.IndexedBase("v", real=True)
"""y_i·z_i and p_i·z_i of object i."""
M_X = sp.Symbol("M_x", nonnegative=True)
HIGH, LOW = sp.symbols(r"\ell_{\max} \ell_{\min}", real=True)


class CommonPower(Rule):
    """log(Σ e^{z_c} + e^{z_K}) − z_K = log(1 + Σ e^{z_c − z_K})."""

    name = "common power"
    statement = r"\log\left( \sum_c e^{z_c} + e^{z_K} \right) - z_K = \log\left( 1 + \sum_c e^{z_c - z_K} \right)"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Divide by e^{z_K} inside the logarithm."""
        last = Z[N + 1]
        total = sp.Sum(sp.exp(Z[C]), (C, 1, N))
        if sp.expand(expression - sp.log(total + sp.exp(last)) + last) != 0:
            raise RuleFailure(f"{expression} is not the cross-entropy of the last class")
        return sp.log(1 + sp.Sum(sp.exp(Z[C] - last), (C, 1, N)))


class OneMoreFactor(Rule):
    """Π_{s<l} m_s · m_l = Π_{s<l+1} m_s."""

    name = "one more factor"
    statement = r"m_l \prod_{s<l} m_s = \prod_{s \le l} m_s"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Take the factor of layer l into every product over the layers before it."""
        result = sp.S.Zero
        for term in sp.Add.make_args(sp.expand(expression, deep=False)):
            product = next((x for x in sp.Mul.make_args(term) if isinstance(x, sp.Product)), None)
            if product is None or product.limits[0][2] != LAYER - 1:
                raise RuleFailure(f"no product over s < l in {term}")
            index = product.limits[0][0]
            factor = product.function.xreplace({index: LAYER})
            rest = sp.cancel(term / product / factor)
            if rest.has(NORMS):
                raise RuleFailure(f"{term} lacks the factor {factor}")
            result += rest * sp.Product(product.function, (index, 1, LAYER))
        return result


def _cross_entropy() -> sp.Expr:
    """log Σ_{c=1}^{n+1} e^{z_c} − z_{n+1}."""
    return sp.log(sp.Sum(sp.exp(Z[C]), (C, 1, N + 1))) - Z[N + 1]


def _opening() -> tuple[Step, Step, sp.Sum]:
    """The first two steps, to log(1 + Σ e^{z_c − z_K}), and that sum."""
    apart = sp.log(sp.Sum(sp.exp(Z[C]), (C, 1, N)) + sp.exp(Z[N + 1])) - Z[N + 1]
    others = sp.Sum(sp.exp(Z[C] - Z[N + 1]), (C, 1, N))
    return Step(apart, SplitLast(N)), Step(sp.log(1 + others), CommonPower()), others


@cache
def largest() -> Derivation:
    """ℓ ≤ log(1 + (K − 1)e^{√2 ρ}) if ‖z‖ ≤ ρ.

    Example:
        >>> largest().check(0).ok
        True
    """
    first, second, others = _opening()
    final = largest_loss().xreplace({K: N + 1})
    cauchy = r"z_c - z_K = (e_c - e_K) \cdot z \le \sqrt2\, \lVert z \rVert"
    power = sp.exp(sp.sqrt(2) * RHO)
    return Derivation(
        "largest_loss", "the largest cross-entropy of logits in a ball", Ordering(), _cross_entropy(),
        (
            first, second,
            Step(sp.log(1 + sp.Sum(power, (C, 1, N))),
                 AtMost("Cauchy–Schwarz", others, sp.Sum(power, (C, 1, N)), cauchy, INSIDE)),
            Step(final, Algebra("equal summands")),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_logits, assumptions=INSIDE,
        remarks=("attained for two classes: z = (ρ, −ρ)/√2",),
    )  # fmt: skip


@cache
def smallest() -> Derivation:
    """ℓ ≥ log(1 + (K − 1)e^{−ρ√(K/(K−1))}) if ‖z‖ ≤ ρ, attained for every K.

    Example:
        >>> smallest().check(0).ok, smallest().relation
        (True, '>=')
    """
    first, second, others = _opening()
    gap = sp.Sum(Z[C], (C, 1, N)) / N - Z[N + 1]
    final = smallest_loss().xreplace({K: N + 1})
    jensen = r"\frac{1}{n} \sum_c e^{t_c} \ge e^{\frac{1}{n} \sum_c t_c}"
    cauchy = r"\left\lVert \left( \tfrac1n, \ldots, \tfrac1n, -1 \right) \right\rVert = \sqrt{\tfrac{n+1}{n}}"
    return Derivation(
        "smallest_loss", "the smallest cross-entropy of logits in a ball", Ordering(), _cross_entropy(),
        (
            first, second,
            Step(sp.log(1 + N * sp.exp(gap)), AtLeast("Jensen", others, N * sp.exp(gap), jensen)),
            Step(final, AtLeast("Cauchy–Schwarz", gap, -RHO * sp.sqrt((N + 1) / N), cauchy, INSIDE)),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_logits, assumptions=INSIDE,
        remarks=("attained: z_K = ρ√((K−1)/K), all other logits −z_K/(K−1)",),
    )  # fmt: skip


@cache
def loss_range() -> Derivation:
    """|ℓ_{k+1} − 𝓛_k|/(k + 1) ≤ (ℓ_max(ρ) − ℓ_min(ρ))/(k + 1).

    Example:
        >>> loss_range().check(0).ok
        True
    """
    start = sp.Abs(excess())
    final = (largest_loss() - smallest_loss()) / (K_SIZE + 1)
    both = r"a, b \in [\ell_{\min}, \ell_{\max}] \Rightarrow \lvert a - b \rvert \le \ell_{\max} - \ell_{\min}"
    ends = Given("ends of the range", {HIGH: largest_loss(), LOW: smallest_loss()}, "", INSIDE)
    return Derivation(
        "loss_range", "what one more object changes, for all parameters", Ordering(), start / (K_SIZE + 1),
        (
            Step((HIGH - LOW) / (K_SIZE + 1), AtMost("both in one interval", start, HIGH - LOW, both, INSIDE)),
            Step(final, ends),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_ranges, lemmas=(largest(), smallest()),
        assumptions=INSIDE,
    )  # fmt: skip


@cache
def logits() -> Derivation:
    """‖x^{l+1}‖ ≤ ‖x‖ Π_{s≤l} ‖W^s‖, the induction step; for l = L this is ρ.

    Example:
        >>> logits().check(0).ok
        True
    """
    before = M_X * sp.Product(NORMS[INDEX], (INDEX, 1, LAYER - 1))
    final = M_X * sp.Product(NORMS[INDEX], (INDEX, 1, LAYER))
    layer = r"\lVert \sigma(\mathbf{W}^l x^l) \rVert \le \lVert \mathbf{W}^l x^l \rVert"
    layer += r" \le \lVert \mathbf{W}^l \rVert \lVert x^l \rVert"
    return Derivation(
        "logits", "how large the logits can be, layer by layer", Ordering(), BETA[LAYER + 1],
        (
            Step(NORMS[LAYER] * BETA[LAYER],
                 AtMost("one layer", BETA[LAYER + 1], NORMS[LAYER] * BETA[LAYER], layer, ("|σ(z)| ≤ |z|, no bias",))),
            Step(NORMS[LAYER] * before,
                 AtMost("induction", BETA[LAYER], before, r"\lVert x^l \rVert \le M_x \prod_{s<l} m_s")),
            Step(final, OneMoreFactor()),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_layers,
        remarks=("for l = 0 it says ‖x‖ ≤ M_x",),
    )  # fmt: skip


@cache
def critical() -> Derivation:
    """𝓛_k ≤ log K at every point that is critical for the last layer: 𝓛_k is the mean entropy of the outputs there.

    Example:
        >>> critical().check(0).ok
        True
    """
    flat = sp.Sum(EXPECTED[I] - GIVEN[I], (I, 1, K_SIZE))
    entropy = average(POWERS[I] - EXPECTED[I])
    euler = r"\sum_i (p_i - y_i) \cdot z_i = k \operatorname{tr}\left( \mathbf{W}^{L\top}"
    euler += r" \frac{\partial \mathcal{L}_k}{\partial \mathbf{W}^L} \right) = 0"
    final = sp.log(K)
    return Derivation(
        "critical_loss", "the loss at a critical point is a mean entropy", Ordering(), average(POWERS[I] - GIVEN[I]),
        (
            Step(entropy + flat / K_SIZE, Algebra("entropy apart")),
            Step(entropy, Given("critical for the last layer", {flat: sp.S.Zero}, euler,
                                ("∂𝓛_k/∂W^L = 0, and ∂𝓛_k/∂b^L = 0 with bias",))),
            Step(average(sp.log(K)), AtMost("entropy of K classes", sp.Sum(POWERS[I] - EXPECTED[I], (I, 1, K_SIZE)),
                                            sp.Sum(sp.log(K), (I, 1, K_SIZE)),
                                            r"-\sum_c p_c \log p_c \le \log K")),
            Step(final, Algebra("equal summands")),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_entropies,
        remarks=("ℓ_i = log Σ e^{z} − y_i·z_i, and the entropy of p_i is log Σ e^{z} − p_i·z_i",),
    )  # fmt: skip


@cache
def critical_change() -> Derivation:
    """|ℓ_{k+1} − 𝓛_k| ≤ log K at a common critical point: ℓ_{k+1} = log K and 0 ≤ 𝓛_k ≤ log K.

    Example:
        >>> critical_change().check(0).ok
        True
    """
    top = sp.log(K)
    old = average(LOSS[I])
    final = top / (K_SIZE + 1)
    return Derivation(
        "critical_change", "the difference of losses at a common critical point", Ordering(),
        sp.Abs(excess()) / (K_SIZE + 1),
        (
            Step(sp.Abs(top - old) / (K_SIZE + 1),
                 Given("the added object is dead", {LOSS[K_SIZE + 1]: top}, r"x^L = 0 \Rightarrow \ell = \log K",
                       ("∂ℓ_{k+1}/∂W^L = 0, one-hot label",))),
            Step(final, AtMost("both in one interval", sp.Abs(top - old), top,
                               r"0 \le \mathcal{L}_k \le \log K", ("∂𝓛_k/∂W^L = 0",))),
        ),
        final, source="this project", same=same, evaluate=value, valuations=_entropies, lemmas=(critical(),),
    )  # fmt: skip


def _logits(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for others in (1, 2, 4):
        z = [sp.Rational(stream.randint(-6, 6), 2) for _ in range(others + 2)]
        size = sp.sqrt(sum(entry**2 for entry in z[1:]))
        numbers: dict[Any, Any] = {N: others, Z: z, RHO: size * (1 + sp.Rational(stream.randint(0, 1), 3))}
        yield Valuation(numbers)


def _ranges(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    stream = random.Random(f"{derivation.claim}|{seed}")
    for size in (1, 2, 4):
        numbers: dict[Any, Any] = {K_SIZE: size, K: size + 1, RHO: sp.Rational(stream.randint(1, 6), 2)}
        ends = {K: numbers[K], RHO: numbers[RHO]}
        low, high = smallest_loss().subs(ends), largest_loss().subs(ends)
        shares = [sp.Rational(stream.randint(0, 4), 4) for _ in range(size + 2)]
        numbers |= {LOSS: [low + share * (high - low) for share in shares], HIGH: high, LOW: low}
        yield Valuation(numbers)


def _layers(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Norms that fall short of the bound by a drawn share, layer by layer."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for layer in (1, 2, 3):
        m = [sp.Rational(stream.randint(0, 6), 3) for _ in range(layer + 1)]
        beta = [sp.S.Zero, sp.Rational(stream.randint(1, 5))]
        for s in range(1, layer + 1):
            beta.append(m[s] * beta[s] * sp.Rational(stream.randint(1, 3), 3))
        numbers: dict[Any, Any] = {LAYER: layer, NORMS: m, BETA: beta, M_X: beta[1]}
        yield Valuation(numbers)


def _entropies(derivation: Derivation, seed: int) -> Iterator[Valuation]:
    """Entropies in [0, log K], and forms (p_i − y_i)·z_i that add up to zero."""
    stream = random.Random(f"{derivation.claim}|{seed}")
    for size in (1, 2, 3):
        classes = stream.randint(2, 4)
        v = [sp.Rational(stream.randint(-6, 6), 2) for _ in range(size + 2)]
        shift = [sp.Rational(stream.randint(-6, 6), 2) for _ in range(size + 1)]
        shift[1] -= sum(shift[1:])
        entropy = [sp.log(classes) * sp.Rational(stream.randint(0, 4), 4) for _ in range(size + 2)]
        numbers: dict[Any, Any] = {
            K_SIZE: size, K: classes, EXPECTED: v, GIVEN: [one - two for one, two in zip(v, shift, strict=False)],
            POWERS: [one + two for one, two in zip(v, entropy, strict=True)],
            LOSS: [*entropy[: size + 1], sp.log(classes)],
        }  # fmt: skip
        yield Valuation(numbers)
