"""The runs of the experiment, made once for all checks that use them, on several processes, and kept as they come.

Finished runs are kept in the folder ``hessproof/critical-points`` of the user's cache until all are finished, so that
the same command goes on after an interruption. Another version of the code that makes them has another folder.
"""

from __future__ import annotations

import hashlib
import inspect
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import scipy

from hessproof.numeric.critical_points import draws, experiment, following, judged, library, reduced
from hessproof.numeric.critical_points.experiment import minimiser, run
from hessproof.numeric.critical_points.library import library_run
from hessproof.proofs_check.criteria import critical_points as first
from hessproof.proofs_check.criteria import critical_points_third as third
from hessproof.proofs_check.model.check import Context, Profile, Unavailable
from hessproof.proofs_check.reproduction.store import Store

Record = dict[str, Any]
MINUTES = 45
"""What the thorough runs take on one core of 2020s make: 800 runs of 2 s, 200 of 1.5 s, 50 long descents of 10 s."""

Task = tuple[str, Callable[[], Record]]


def needed(context: Context) -> None:
    """Refuse the profiles that do not run the experiment.

    Raises:
        Unavailable: If the profile is not thorough.
    """
    if context.profile != Profile.THOROUGH:
        raise Unavailable(f"about 1,000 runs, {MINUTES} minutes on one core; give --profile thorough")


def prepare_followed(context: Context) -> object:
    """The runs that follow an index, and the long descents, if the profile makes them."""
    return followed(context) if context.profile == Profile.THOROUGH else None


def prepare_library(context: Context) -> object:
    """The runs of the second route, if the profile makes them."""
    return by_library(context) if context.profile == Profile.THOROUGH else None


def followed(context: Context) -> dict[str, list[Record]]:
    """Records by kind of run: ``descent``, ``digits``, ``minimiser``, and those of the second route."""
    return _all(context)


def by_library(context: Context) -> list[Record]:
    """Records of the second route."""
    return _all(context)["library"]


def _all(context: Context) -> dict[str, list[Record]]:
    tasks = {**_followed_tasks(context), **_library_tasks(context)}
    return context.shared("critical-points", lambda: _kept(tasks, context))


def _followed_tasks(context: Context) -> dict[str, list[Task]]:
    return {
        "descent": [
            (f"descent,{ratio:.4f},{seed}", partial(run, ratio, seed))
            for seed in third.SEEDS[context.profile] for ratio in first.RATIOS
        ],
        "digits": [
            (f"digits,{DIGITS_RATIO:.4f},{seed}", partial(run, DIGITS_RATIO, seed, source="digits"))
            for seed in third.DIGITS_SEEDS
        ],
        "minimiser": [
            (f"minimiser,{ratio:.4f},{seed}", partial(minimiser, ratio, seed))
            for seed in third.MINIMISER_SEEDS for ratio in (*first.RATIOS, 1.0)
        ],
    }  # fmt: skip


DIGITS_RATIO = 0.25
"""φ of the runs on digits."""


def _library_tasks(context: Context) -> dict[str, list[Task]]:
    return {
        "library": [
            (f"library,{ratio:.4f},{seed}", partial(library_run, ratio, seed))
            for seed in third.LIBRARY_SEEDS[context.profile] for ratio in third.LIBRARY_RATIOS
        ]
    }  # fmt: skip


def _kept(tasks: dict[str, list[Task]], context: Context) -> dict[str, list[Record]]:
    """All records; their pieces are forgotten when none is left to make."""
    store = Store(cache(), context.progress, {"code": _code()})
    found = {kind: made(some, context, store) for kind, some in tasks.items()}
    store.forget()
    return found


def _ready(store: Store, name: str) -> bool:
    """Whether a piece lies in the store's folder."""
    return store.folder is not None and (store.folder / f"{name}.json").exists()


def cache() -> Path | None:
    """The folder in the user's cache; None if it cannot be written, and then nothing survives an interruption."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hessproof" / "critical-points"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK) else None


def _code() -> str:
    """What a record depends on beside its seed: the code that makes it and the libraries."""
    sources = [inspect.getsource(module) for module in (draws, experiment, following, judged, library, reduced)]
    return hashlib.sha256("".join([*sources, np.__version__, scipy.__version__]).encode()).hexdigest()


def made(tasks: Sequence[Task], context: Context, store: Store) -> list[Record]:
    """The records of all tasks, in order; those that an earlier, stopped run has left are read, not made.

    Example:
        >>> made([("one", dict), ("two", partial(dict, a=1))], Context(Profile.THOROUGH), Store())
        [{}, {'a': 1}]
    """
    if context.jobs <= 1:
        return [store.piece(name, make) for name, make in tasks]
    with ProcessPoolExecutor(context.jobs, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(make): name for name, make in tasks if not _ready(store, name)}
        for done in as_completed(waiting):
            store.piece(waiting[done], done.result)
    return [store.piece(name, make) for name, make in tasks]
