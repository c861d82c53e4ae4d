"""The runs of the experiment, made once for all checks that use them, on several processes, and kept as they come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from typing import Any

from hessproof.numeric.critical_points.experiment import minimiser, run
from hessproof.numeric.critical_points.library import library_run
from hessproof.proofs_check.criteria import critical_points as first
from hessproof.proofs_check.criteria import critical_points_second as second
from hessproof.proofs_check.model.check import Context, Profile, Unavailable
from hessproof.proofs_check.reproduction.store import Store

Record = dict[str, Any]
KEPT = ("certified", "nearby")
"""Kinds of points that enter the fits; the others are counted and discarded."""
MINUTES = 25
"""What the thorough runs take on one core of 2020s make: 800 runs of 1.5 s and 200 of 0.9 s, and the minimisers."""

Task = tuple[str, Callable[[], Record]]


def needed(context: Context) -> None:
    """Refuse the profiles that do not run the experiment.

    Raises:
        Unavailable: If the profile is not thorough.
    """
    if context.profile != Profile.THOROUGH:
        raise Unavailable(f"about 1,000 runs, {MINUTES} minutes on one core; give --profile thorough")


def prepare_followed(context: Context) -> object:
    """The runs that follow an index, and the minimisers, if the profile makes them."""
    return followed(context) if context.profile == Profile.THOROUGH else None


def prepare_library(context: Context) -> object:
    """The runs of the second route, if the profile makes them."""
    return by_library(context) if context.profile == Profile.THOROUGH else None


def followed(context: Context) -> dict[str, list[Record]]:
    """Records by kind of run: ``descent``, ``prescribed``, ``minimiser``."""
    return context.shared("critical-points-followed", lambda: _followed(context))


def by_library(context: Context) -> list[Record]:
    """Records of the second route."""
    return context.shared("critical-points-library", lambda: _by_library(context))


def _followed(context: Context) -> dict[str, list[Record]]:
    tasks = {
        "descent": [
            (f"descent,{ratio:.4f},{seed}", partial(run, ratio, seed))
            for seed in second.SEEDS[context.profile] for ratio in first.RATIOS
        ],
        "prescribed": [
            (f"prescribed,{ratio:.4f},{seed}", partial(run, ratio, seed, protocol="prescribed"))
            for seed in second.PRESCRIBED_SEEDS for ratio in second.LIBRARY_RATIOS
        ],
        "minimiser": [
            (f"minimiser,{ratio:.4f},{seed}", partial(minimiser, ratio, seed))
            for seed in second.MINIMISER_SEEDS for ratio in (*first.RATIOS, 1.0)
        ],
    }  # fmt: skip
    return {name: made(some, context) for name, some in tasks.items()}


def _by_library(context: Context) -> list[Record]:
    return made(
        [
            (f"library,{ratio:.4f},{seed}", partial(library_run, ratio, seed))
            for seed in second.LIBRARY_SEEDS[context.profile] for ratio in second.LIBRARY_RATIOS
        ],
        context,
    )  # fmt: skip


def made(tasks: Sequence[Task], context: Context) -> list[Record]:
    """The records of all tasks, in order; those that an earlier, stopped run has left are read, not made.

    Example:
        >>> made([("one", dict), ("two", partial(dict, a=1))], Context(Profile.THOROUGH))
        [{}, {'a': 1}]
    """
    store = Store(None if context.store is None else context.store / "critical-points")
    if context.jobs <= 1:
        return [store.piece(name, make) for name, make in tasks]
    with ProcessPoolExecutor(context.jobs, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(make): name for name, make in tasks}
        for done in as_completed(waiting):
            store.piece(waiting[done], done.result)
            context.progress(waiting[done])
    return [store.piece(name, make) for name, make in tasks]
