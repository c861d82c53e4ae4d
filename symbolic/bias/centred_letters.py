r"""Matrices of a network with bias on centred data: x − x̄, covariances, E[δ], and the variables ΔW^l and β^l."""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import Expr, Integer

from hessproof.symbolic import words
from hessproof.symbolic.bias.letters import AugmentedDelta, augmented_weight, samples
from hessproof.symbolic.valuation import Array, Valuation, evaluate, filled, unit
from hessproof.symbolic.words import Letter, M


class Centring(Letter):
    """P = [I −x̄], of shape M_0 × (M_0+1): Px̃ = x − x̄."""

    def _cols(self) -> Expr:
        return M(0) + 1

    def _text(self, printer: Any) -> str:
        return "P"


class MeanInput(Letter):
    """E[x̃] = (x̄, 1), of shape (M_0+1) × 1."""

    def _rows(self) -> Expr:
        return M(0) + 1

    def _cols(self) -> Expr:
        return Integer(1)

    def _text(self, printer: Any) -> str:
        return r"\mathbf{E}[\tilde{x}]"


class Homogeneous(MeanInput):
    """ε = (0, …, 0, 1), of shape (M_0+1) × 1: ε⊤x̃ = 1."""

    def _text(self, printer: Any) -> str:
        return r"\varepsilon"


class CentredSigma(words.Sigma):
    """Σ_c = Cov(x, x), of shape M_0 × M_0."""

    def _text(self, printer: Any) -> str:
        return r"\Sigma_c"


class CentredOmega(words._OutputsByInputs):
    """Ω_c = Cov(δ, x), of shape M_L × M_0."""

    def _text(self, printer: Any) -> str:
        return r"\Omega_c"


class MeanResidual(words._OutputsByInputs):
    """e = E[δ], of shape M_L × 1."""

    def _cols(self) -> Expr:
        return Integer(1)

    def _text(self, printer: Any) -> str:
        return "e"


class WeightChange(words.Delta):
    """ΔW^l, the first columns of Δ^l, of shape M_l × M_{l-1}."""


class MeanChange(Letter):
    """β^l = Δb^l + ΔW^l z̄^{l-1}, what a change adds to the mean of z^l, of shape M_l × 1."""

    def _rows(self) -> Expr:
        return M(self.args[0])

    def _cols(self) -> Expr:
        return Integer(1)

    def _text(self, printer: Any) -> str:
        return rf"\beta^{{{printer._print(self.args[0])}}}"


def _mean_input(valuation: Valuation) -> Array:
    return np.asarray(sum(share * x for share, x, _ in samples(valuation)), dtype=object)


def _mean_residual(valuation: Valuation) -> Array:
    return np.asarray(sum(share * residual for share, _, residual in samples(valuation)), dtype=object)


@evaluate.register(Centring)
def _(expression: Centring, valuation: Valuation) -> Array:
    return np.concatenate([unit(valuation.widths[0]), -_mean_input(valuation)[:-1]], axis=1)


@evaluate.register(MeanInput)
def _(expression: MeanInput, valuation: Valuation) -> Array:
    return _mean_input(valuation)


@evaluate.register(Homogeneous)
def _(expression: Homogeneous, valuation: Valuation) -> Array:
    return np.concatenate([filled(valuation.widths[0], 1), unit(1)], axis=0)


@evaluate.register(CentredSigma)
def _(expression: CentredSigma, valuation: Valuation) -> Array:
    mean = _mean_input(valuation)
    raw = np.asarray(sum(share * x.dot(x.T) for share, x, _ in samples(valuation)), dtype=object)
    return np.asarray((raw - mean.dot(mean.T))[:-1, :-1], dtype=object)


@evaluate.register(CentredOmega)
def _(expression: CentredOmega, valuation: Valuation) -> Array:
    mean = _mean_residual(valuation).dot(_mean_input(valuation).T)
    raw = np.asarray(sum(share * residual.dot(x.T) for share, x, residual in samples(valuation)), dtype=object)
    return np.asarray((raw - mean)[:, :-1], dtype=object)


@evaluate.register(MeanResidual)
def _(expression: MeanResidual, valuation: Valuation) -> Array:
    return _mean_residual(valuation)


@evaluate.register(WeightChange)
def _(expression: WeightChange, valuation: Valuation) -> Array:
    value: Array = evaluate(AugmentedDelta(expression.args[0]), valuation)[:, :-1]
    return value


@evaluate.register(MeanChange)
def _(expression: MeanChange, valuation: Valuation) -> Array:
    state = _mean_input(valuation)
    for layer in range(1, valuation.number(expression.args[0])):
        state = augmented_weight(layer, valuation).dot(state)
    value: Array = evaluate(AugmentedDelta(expression.args[0]), valuation).dot(state)
    return value
