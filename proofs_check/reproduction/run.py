"""Figures of the papers, redone: what is asked for, and who makes which figure.

A figure of Singh et al. 2021 goes by its number, one of another paper by the paper's name and its own number or name,
such as ``kiselev2024-2``. A module ``figure_N`` of this package exports ``FIGURE``, a `FigureRecipe`, whose ``make``
turns a request into figure records. It asks its `Store` for everything that takes more than a second, one piece at a
time; a run that is stopped goes on with the first missing piece. Modules are imported when their figure is asked for.

Example of such a module::

    def make(request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
        data = request.dataset(inputs=64)
        ranks = [store.piece(f"w={w}", partial(_rank, data, w, request.seed_for(f"w={w}"))) for w in (4, 8)]
        return [Figure(id="fig9", title="…", series=[...], ...)]


    FIGURE = FigureRecipe(id="9", title="Rank against width", make=make)
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from hessproof.proofs_check.model.check import DEFAULT_SEED, Profile
from hessproof.proofs_check.reproduction.store import Store
from hessproof.symbolic.errors import UnusableRequest

if TYPE_CHECKING:
    from hessproof.numeric.datasets import Dataset
    from hessproof.proofs_check.report.model import Figure

Progress = Callable[[str], None]
"""Called with one short line when something worth reading has been done; `Store.piece` calls it by itself."""

MOST_SAMPLES = 2000
"""Samples of a large data set that a figure uses unless it says otherwise: enough for the full rank of 64 pixels."""

DEFAULT_DATA = "digits"
"""The data set of a request that names none."""

_HOMES = {
    "1": "figure_1:FIGURE",
    "2a": "figure_2:FIGURE_2A",
    "2b": "figure_2:FIGURE_2B",
    "2c": "figure_2:FIGURE_2C",
    "3": "figure_3:FIGURE",
    "4": "figure_4:FIGURE",
    "5": "figure_5:FIGURE",
    "kiselev2024-1": "figure_surface:FIGURE",
    "kiselev2024-2": "figure_samples:FIGURE_2",
    "kiselev2024-3": "figure_samples:FIGURE_3",
    "kiselev2024-bounds": "figure_bounds:FIGURE",
    "kiselev2024-space": "figure_space:FIGURE",
    "pennington2017-1": "figure_spectra:FIGURE",
    "pennington2017-6a": "figure_index:FIGURE",
    "pennington2017-6b": "figure_minimisers:FIGURE",
}


@dataclass(frozen=True, slots=True)
class FigureRequest:
    """What a figure is made from.

    Args:
        data: Data set, as ``hessproof reproduce --data`` takes it.
        profile: How much work to do. The standard profile uses the paper's widths and takes a few minutes at most.
        seed: Seed of the whole figure.
        device: Where array kernels run: ``cpu``, ``cuda`` or ``auto``.

    Example:
        >>> request = FigureRequest(profile=Profile.QUICK)
        >>> request.seed_for("run 1") == request.seed_for("run 1") != request.seed_for("run 2")
        True
        >>> request.dataset(inputs=16, samples=10).inputs.shape
        (10, 16)
    """

    data: str = DEFAULT_DATA
    profile: Profile = Profile.STANDARD
    seed: int = DEFAULT_SEED
    device: str = "cpu"

    def seed_for(self, name: str) -> int:
        """A seed below 2^63 that depends on the request's seed and on ``name`` alone."""
        digest = hashlib.sha256(f"{self.seed}/{name}".encode()).digest()
        return int.from_bytes(digest[:8], "big") >> 1

    def dataset(self, inputs: int = 64, samples: int | None = None) -> Dataset:
        """The data: images down-scaled to ``inputs`` pixels, the first ``samples`` of them.

        Take the widths M_0 and K of a network from the shapes of what comes back: the arrays of an ``.npz`` file keep
        the sizes that they have. ``dataset(...).floats()`` gives inputs between 0 and 1 (N × d) and targets (N × K)
        in floating point.

        Args:
            inputs: Pixels of an image after down-scaling, a square number.
            samples: N; if None, all samples but no more than `MOST_SAMPLES`.

        Raises:
            UnusableRequest: If the data cannot be read, or there are not so many samples.
        """
        from hessproof.numeric.loaders import load_data

        data = load_data(self.data, inputs, MOST_SAMPLES if samples is None else samples)
        return data.first(min(data.samples, MOST_SAMPLES) if samples is None else samples)


class Make(Protocol):
    """Makes the panels of a figure, one `Figure` record each, in reading order."""

    def __call__(self, request: FigureRequest, progress: Progress, store: Store) -> list[Figure]:
        """Make them; ask ``store`` for what takes time."""


@dataclass(frozen=True, slots=True)
class FigureRecipe:
    """How one figure of a paper is made.

    Args:
        id: The figure's number in the paper, such as ``"2a"``.
        title: One line for lists.
        make: Makes its panels.
        dataset: The data that the figure uses; those of `FigureRequest.dataset` if None.
        without_data: Whether the figure uses none, since it draws its own numbers.
    """

    id: str
    title: str
    make: Make
    dataset: Callable[[FigureRequest], Dataset] | None = None
    without_data: bool = False

    def data(self, request: FigureRequest) -> Dataset | None:
        """The data that the figure uses; None if it uses none.

        Raises:
            UnusableRequest: If they cannot be read, or data are named for a figure that uses none.
        """
        if self.without_data:
            if request.data != DEFAULT_DATA:
                raise UnusableRequest(
                    f"data {request.data!r} for figure {self.id}", "none, since it draws its own numbers",
                    "leave --data out",
                )  # fmt: skip
            return None
        return request.dataset() if self.dataset is None else self.dataset(request)


def figure_ids() -> tuple[str, ...]:
    """Numbers and names of the figures that can be made.

    Example:
        >>> "2a" in figure_ids()
        True
    """
    return tuple(_HOMES)


def recipe(number: str) -> FigureRecipe:
    """The recipe of a figure.

    Raises:
        UnusableRequest: If there is no such figure.

    Example:
        >>> recipe("2a").id
        '2a'
    """
    from hessproof.proofs_check.selection import one_of

    module, _, name = _HOMES[one_of("figure", number, figure_ids(), f"give {', '.join(_HOMES)}")].partition(":")
    found: FigureRecipe = getattr(importlib.import_module(f"{__package__}.{module}"), name)
    return found
