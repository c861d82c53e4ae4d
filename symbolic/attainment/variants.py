r"""Wrong witnesses and wrong blocks, generated: the negative controls of the block argument.

A block is changed in one place: an entry of Ω, an end of an interval or of a group of entries, a layer at which j is
dead, or the rank. A change that leaves the stated rank right on numbers is another witness, and no control.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sympy import Integer

from hessproof.symbolic.attainment.block import Block, derived, numbers
from hessproof.symbolic.errors import UnusableRequest
from hessproof.symbolic.generalised_inverse import exact_rank
from hessproof.symbolic.normal import IllShaped
from hessproof.symbolic.ordering import NotSettled
from hessproof.symbolic.rules import RuleFailure
from hessproof.symbolic.valuation import evaluate

ENTRIES = range(4)
"""Entries of Ω that are tried: those of the witness, and 2."""


def variants(block: Block) -> Iterator[tuple[str, Block]]:
    """All changes of a block in one place.

    Example:
        >>> from hessproof.symbolic.attainment.blocks import both_ends
        >>> wrong = dict(variants(both_ends("loss")))["ω_j = 1"]
        >>> rejection(wrong)
        'the pivots [[1, 1], [1, 1]] are singular'
    """
    pattern = block.pattern
    for place, name in enumerate("ij"):
        for entry in ENTRIES if pattern.weights[place].is_Integer and not pattern.same else ():
            if entry != pattern.weights[place]:
                weights = tuple(Integer(entry) if at == place else old for at, old in enumerate(pattern.weights))
                yield f"ω_{name} = {entry}", _with(block, weights=weights)
    for place, ends in enumerate(pattern.alive):
        for side, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
            moved = tuple(end + step * (at == side) for at, end in enumerate(ends))
            alive = (*pattern.alive[:place], moved, *pattern.alive[place + 1 :])
            yield f"alive on {moved[0]}, …, {moved[1]}", _with(block, alive=alive)
    for place, layer in enumerate(pattern.dead):
        yield f"not known to be dead at {layer}", _with(block, dead=(*pattern.dead[:place], *pattern.dead[place + 1 :]))
    for place, group in enumerate(block.rows):
        for changes in ({"first": group.first + 1}, {"first": group.first - 1}, {"last": group.last + 1},
                        {"last": group.last - 1}):  # fmt: skip
            moved_group = replace(group, **changes)
            rows = (*block.rows[:place], moved_group, *block.rows[place + 1 :])
            text = f"{group.name} from {moved_group.first} to {moved_group.last}"
            yield text, replace(block, rows=rows)
    for step in (1, -1):
        yield f"rank {block.rank + step}", replace(block, rank=block.rank + step)


def _with(block: Block, **changes: object) -> Block:
    return replace(block, pattern=replace(block.pattern, **changes))  # type: ignore[arg-type]


def rejection(block: Block) -> str:
    """Why the derivation of a block fails, without the help of numbers; empty if it does not."""
    try:
        return derived(block).check(numbers=False).why
    except (RuleFailure, NotSettled, IllShaped, UnusableRequest) as failure:
        return str(failure)


def wrong(block: Block, seed: int = 0) -> bool:
    """Whether the stated rank differs from that of the witness's block somewhere, or a block has no such entries."""
    for valuation in numbers(block, seed):
        try:
            found = exact_rank(evaluate(block.letter, valuation))
        except (KeyError, ValueError, IndexError):
            return True
        if found != evaluate(block.rank, valuation):
            return True
    return False
