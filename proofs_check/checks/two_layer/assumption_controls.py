"""Matrices that do follow the random model, and generated ones that do not: what the criteria must tell apart.

For every part the model's own object is drawn at the size of the network, and changed step by step: another ratio,
another power of the eigenvalues, eigenvalues put side by side in order, another energy. The unchanged object has to
meet the criteria, the changed ones should miss one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from hessproof.numeric.two_layer.measurements import correlation as correlated
from hessproof.numeric.two_layer.measurements import (
    data_numbers,
    free_numbers,
    model_shares,
    residual_numbers,
    spectrum,
    wigner_number,
    wishart_number,
)
from hessproof.proofs_check.criteria.criterion import Criterion
from hessproof.proofs_check.criteria.random_model import ENERGIES, Setting
from hessproof.proofs_check.model.evidence import Mutant

Floats = npt.NDArray[np.float64]
Variant = tuple[str, list[float]]
"""What was drawn, and its numbers, in the order of the criteria."""


def _goe(size: int, rng: np.random.Generator) -> Floats:
    entries = rng.standard_normal((size, size))
    return np.asarray((entries + entries.T) / np.sqrt(2 * size))


def _gram(size: int, ratio: float, rng: np.random.Generator) -> Floats:
    columns = round(size / ratio)
    factor = rng.standard_normal((size, columns))
    return np.asarray(factor @ factor.T / columns)


def _weights(one: Setting, rng: np.random.Generator) -> Iterator[Variant]:
    product, target = rng.standard_normal((2, one.n, one.n))
    for share in (0.0, 0.5, 1.0, 2.0):
        yield f"a product of weights plus {share:g} times the map", [correlated(product + share * target, target)]


def _data(one: Setting, rng: np.random.Generator) -> Iterator[Variant]:
    x, radius = rng.standard_normal((one.m, one.n)), rng.standard_normal((one.m, 1))
    for share in (0.0, 0.5, 1.0, 2.0):
        yield f"normal inputs, lengths times 1 + {share:g}|g|", data_numbers(x * (1 + share * abs(radius)))


def _residuals(one: Setting, rng: np.random.Generator) -> Iterator[Variant]:
    x, e = rng.standard_normal((2, one.m, one.n))
    for share in (0.0, 0.5, 1.0, 2.0):
        yield f"normal residuals plus {share:g}x", residual_numbers(e + share * x, x)
    for power in (0.25, 2.0):
        yield f"normal residuals, sizes to the power {power:g}", residual_numbers(np.sign(e) * abs(e) ** power, x)


def _wishart(one: Setting, rng: np.random.Generator) -> Iterator[Variant]:
    for factor in (1.0, 0.5, 0.75, 1.5, 2.0):
        found = spectrum(_gram(2 * one.n**2, factor * one.tau, rng))
        yield f"Wishart of ratio {factor:g}τ", [wishart_number(found, one.tau)]


def _wigner(one: Setting, rng: np.random.Generator) -> Iterator[Variant]:
    found = np.linalg.eigvalsh(_goe(2 * one.n**2, rng))
    for power in (1.0, 0.5, 0.75, 1.5, 2.0):
        yield f"Wigner, eigenvalues to the power {power:g}", [wigner_number(np.sign(found) * abs(found) ** power)]


def _free(one: Setting, rng: np.random.Generator) -> Iterator[Variant]:
    size = 2 * one.n**2
    outer, error = _gram(size, one.tau, rng), np.linalg.eigvalsh(_goe(size, rng))
    yield "Wishart and Wigner, independent", free_numbers(outer, _goe(size, rng), rng)
    diagonal = np.diag(np.linalg.eigvalsh(outer))
    middle = np.argsort(abs(np.arange(size) - (size - 1) / 2))
    for words, order in (
        ("increasing", np.arange(size)), ("decreasing", np.arange(size)[::-1]), ("smallest sizes first", middle),
        ("largest sizes first", middle[::-1]),
    ):  # fmt: skip
        yield f"Wishart and Wigner, common eigenvectors, {words}", free_numbers(diagonal, np.diag(error[order]), rng)


def _usable(one: Setting, rng: np.random.Generator) -> Iterator[Variant]:
    relu = one.activation == "relu"
    own = np.array(model_shares(one.tau, ENERGIES, relu))
    for factor in (1.0, 0.25, 0.5, 2.0, 4.0):
        wrong = model_shares(one.tau, tuple(factor * energy for energy in ENERGIES), relu)
        yield f"α of the model at {factor:g}ε", [float(abs(own - np.array(wrong)).max())]
    for factor in (0.5, 2.0):
        yield (
            f"α of the model at {factor:g}τ",
            [float(abs(own - np.array(model_shares(factor * one.tau, ENERGIES, relu))).max())],
        )


VARIANTS: dict[str, Callable[[Setting, np.random.Generator], Iterator[Variant]]] = {
    "weights": _weights, "data": _data, "residuals": _residuals, "wishart": _wishart, "wigner": _wigner,
    "free": _free, "usable": _usable,
}  # fmt: skip


def controls(
    part: str, setting: Setting, rules: Sequence[Criterion], rng: np.random.Generator
) -> tuple[list[Mutant], list[dict[str, object]]]:
    """Mutants that should miss a criterion, and the numbers of the model's own object, the first variant."""
    mutants, own = list[Mutant](), list[dict[str, object]]()
    for position, (words, numbers) in enumerate(VARIANTS[part](setting, rng)):
        met = all(rule.met(number) for rule, number in zip(rules, numbers, strict=True))
        shown = ", ".join(f"{number:.3f}" for number in numbers)
        if position:
            mutants.append(Mutant(description=words, caught=not met, by=f"{shown}; {setting.words}"))
        else:
            own.append({"object": words, "setting": setting.words, "numbers": numbers, "met": met})
    return mutants, own


def demonstrate_controls() -> None:
    """One variant of every part."""
    for make in VARIANTS.values():
        next(make(Setting("linear", "gaussian", 2, 8, "drawn residuals"), np.random.default_rng(0)))
