"""Every bound that is stated for a network, from the sharpest to the coarsest, beside what was measured."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from hessproof.proofs_check.bounding.evaluate import evaluate
from hessproof.proofs_check.bounding.measured import PARTS, Array, LayerNorms, Measured, bound_values
from hessproof.proofs_check.bounding.network import SMOOTH, Network
from hessproof.proofs_check.bounding.record import BoundRow
from hessproof.proofs_check.bounding.wording import formula
from hessproof.symbolic.norms.bounds import BOUNDS

_EACH_A, _EACH_D, _EACH = "layer norms and ‖A‖", "layer norms and ‖δ‖", "layer norms, ‖A‖, ‖δ‖"
_NORMS, _COMMON = "layer norms alone", "common M_W and M_x"
PLAIN: dict[str, dict[str, str]] = {
    "outer": {
        "g_term_at": _EACH_A, "g_term": _NORMS, "g_term_common": _COMMON,
        "entries": "largest entry M", "thm1.layers": "Theorem 1, layer norms", "thm1": "Theorem 1",
        "lemma1": "Lemma 1",
    },
    "functional": {"h_term_at": _EACH_D, "h_term": _NORMS, "h_term_common": _COMMON},
    "loss": {
        "hessian_at": _EACH, "hessian": _NORMS, "hessian_common": _COMMON, "thm1": "Theorem 1",
        "lemma1": "Lemma 1",
    },
}  # fmt: skip
"""Bounds of networks without bias, by part, with their names."""
BIASED: dict[str, dict[str, str]] = {
    "outer": {
        "g_term_bias_at": _EACH_A, "g_term_bias": _NORMS, "thm1.bias": "Theorem 1, with bias",
    },
    "functional": {"h_term_bias_at": _EACH_D, "h_term_bias": _NORMS},
    "loss": {"hessian_bias_at": _EACH, "hessian_bias": _NORMS},
}  # fmt: skip
"""Bounds of networks with bias."""
BLOCKS = {
    "outer": "λ_max(‖x^l‖·‖G^l⊤AG^j‖·‖x^j‖)",
    "functional": "λ_max(‖G^l⊤δ‖·‖P^lj‖·‖x^j‖)",
    "loss": "λ_max(‖x^l‖·‖G^l⊤AG^j‖·‖x^j‖ + ‖G^l⊤δ‖·‖P^lj‖·‖x^j‖)",
}
_G_BLOCK = r"\lVert x^l \rVert \lVert {G^l}^\top A G^j \rVert \lVert x^j \rVert"
_H_BLOCK = r"\lVert {G^l}^\top \delta \rVert \lVert P^{lj} \rVert \lVert x^j \rVert"
BLOCKS_LATEX = {
    "outer": rf"\lambda_{{\max}}\left({_G_BLOCK}\right)",
    "functional": rf"\lambda_{{\max}}\left({_H_BLOCK}\right)",
    "loss": rf"\lambda_{{\max}}\left({_G_BLOCK} + {_H_BLOCK}\right)",
}
"""The sharpest bounds, see `hessproof.proofs_check.bounding.measured.block_bounds`."""
CLAIMS = {
    "blocks": "hessproof.tightness", "g": "hessproof.g_term_norm", "h": "hessproof.h_term_norm",
    "hessian": "hessproof.hessian_norm", "entries": "hessproof.entries_bound", "thm1": "kiselev2024.thm1",
    "lemma1": "kiselev2024.lemma1",
}  # fmt: skip
"""The claim of a bound, by what its key begins with."""
SLACK, ROUNDING = 1e-6, 1e-13
"""A measured norm may exceed a bound by these shares of itself and of the bound by layer norms: that is rounding."""


@dataclass(frozen=True, eq=False, slots=True)
class Rung:
    """One bound of one part, object by object.

    Args:
        part: outer, functional or loss.
        key: Of the bound; ``blocks`` for the sharpest.
        name: In words.
        values: One number for each object, or for each measured one under ``blocks``.
        complete: Whether there is a value for every object.
    """

    part: str
    key: str
    name: str
    values: Array
    complete: bool = True


def rungs(network: Network, layers: list[LayerNorms]) -> list[Rung]:
    """All bounds that are stated for the network, object by object, without the sharpest ones.

    Published bounds are stated for ReLU networks; Lemma 1 speaks of a hidden width h, for which the largest is taken,
    and so needs a hidden layer. For activations that bend, only the bounds of the G-term hold.
    """
    architecture = network.architecture
    values, found = bound_values(network, layers), []
    for part, named in (BIASED if architecture.bias else PLAIN).items():
        for key, name in named.items():
            bound = BOUNDS[key]
            foreign = bound.published and architecture.activation != "relu"
            bends = not bound.smooth and architecture.activation in SMOOTH
            shallow = key == "lemma1" and architecture.layers == 1
            if foreign or bends or shallow or (part != "outer" and architecture.activation in SMOOTH):
                continue
            value: Any = evaluate(bound.expression, values, architecture.layers)
            found.append(Rung(part, key, name, np.broadcast_to(value, len(network.inputs)).astype(np.float64)))
    return found


def sharpest(measured: Measured, objects: int) -> list[Rung]:
    """The bounds from the norms of each object's own blocks."""
    complete = len(measured.chosen) == objects
    return [Rung(part, "blocks", "object's own blocks", values, complete) for part, values in measured.blocks.items()]


def ladder(found: list[Rung], measured: Measured) -> list[BoundRow]:
    """The rows of the table: part by part, the sharpest bound first, published ones last."""
    order = {part: place for place, part in enumerate(PARTS)}
    coarse = max(
        float(one.values.max()) for one in found if one.key in ("g_term", "g_term_bias", "hessian", "hessian_bias")
    )
    rounding = ROUNDING * coarse if np.isfinite(coarse) else 0.0
    return [
        _row(one, measured, rounding) for one in sorted(found, key=lambda one: (order[one.part], one.key != "blocks"))
    ]


def _row(one: Rung, measured: Measured, rounding: float) -> BoundRow:
    norms, mean_norm = measured.objects[one.part], measured.mean[one.part].value
    single, mean = float(np.max(one.values)), float(np.mean(one.values))
    own = one.values if one.key == "blocks" else one.values[measured.chosen]
    below = bool((own < norms * (1 - SLACK) - rounding).any())
    below = below or (one.complete and mean < mean_norm * (1 - SLACK) - rounding)
    bound = BOUNDS.get(one.key)
    return BoundRow(
        part=one.part,  # type: ignore[arg-type]
        key=one.key,
        name=one.name,
        formula=BLOCKS[one.part] if bound is None else formula(one.key),
        latex=BLOCKS_LATEX[one.part] if bound is None else bound.latex,
        published=bound is not None and bound.published,
        source="this project" if bound is None else bound.source,
        claim=CLAIMS[re.split(r"[_.]", one.key)[0]],
        attained="" if bound is None else bound.attained,
        single=_number(single),
        single_ratio=_ratio(single, float(norms.max())),
        mean=_number(mean) if one.complete else None,
        mean_ratio=_ratio(mean, mean_norm) if one.complete else None,
        violated=below,
    )


def _number(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _ratio(value: float, measured: float) -> float | None:
    return _number(value / measured) if measured > 0 else None
