"""Spectra of networks at initialisation, one piece for each network, part and run: figures 1, 3 and 4."""

from __future__ import annotations

from functools import partial

import numpy as np

from hessproof.numeric.spectra.spectrum import Spectrum
from hessproof.numeric.training.initialisation import initial_parameters
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.reproduction.run import FigureRequest
from hessproof.proofs_check.reproduction.store import Store
from hessproof.proofs_check.spectra.networks import SCHEME, Setting
from hessproof.symbolic.architecture import Architecture

HIDDEN = (30, 20)
"""Hidden widths of Fig. 3 and 4; Fig. 1 does not name its own."""
RUNS = {Profile.QUICK: 1, Profile.STANDARD: 3, Profile.THOROUGH: 3}
"""Runs that are averaged; the paper averages three."""
INPUTS = {Profile.QUICK: 16, Profile.STANDARD: 64, Profile.THOROUGH: 64}


def network(request: FigureRequest, activation: str, loss: str, run: int) -> Setting:
    """A network with hidden widths 30 and 20 on the request's data, Glorot-normal weights."""
    data = request.dataset(inputs=INPUTS[request.profile])
    inputs, targets = (np.asarray(part) for part in data.floats())
    architecture = Architecture((inputs.shape[1], *HIDDEN, targets.shape[1]), activation=activation, loss=loss)
    seed = request.seed_for(f"run {run}") % 2**32
    return Setting(architecture, initial_parameters(architecture, SCHEME, seed), inputs, targets)


def mean_over(runs: int) -> str:
    """The number of runs, for a caption.

    Example:
        >>> mean_over(1), mean_over(3)
        ('one run', 'mean over 3 runs')
    """
    return "one run" if runs == 1 else f"mean over {runs} runs"


def setting(one: Setting, runs: int) -> str:
    """Network, data and runs, for a caption."""
    return f"{one.architecture}, N = {len(one.inputs):,}, data of rank {one.data_rank}, {mean_over(runs)}"


def values(request: FigureRequest, store: Store, activation: str, loss: str, part: str, run: int) -> Spectrum:
    """The eigenvalues of one part of one network's Hessian, from the store if they are there."""
    make = partial(_values, request, activation, loss, part, run)
    return Spectrum(np.asarray(store.piece(f"{activation}-{loss}-{part}-run{run}", make)))


def _values(request: FigureRequest, activation: str, loss: str, part: str, run: int) -> list[float]:
    found: list[float] = Spectrum.of(network(request, activation, loss, run).hessian(part)).values.tolist()
    return found


def averaged(request: FigureRequest, store: Store, activation: str, loss: str, part: str) -> Spectrum:
    """The mean over runs of the i-th largest |λ|."""
    found = [np.abs(values(request, store, activation, loss, part, run).values) for run in range(RUNS[request.profile])]
    return Spectrum(np.mean(found, axis=0))
