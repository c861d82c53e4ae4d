"""``reproduce``: from a figure's number to its picture and numbers, in pieces that survive an interruption."""

from __future__ import annotations

import hashlib
import inspect
import json
import shlex
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hessproof.numeric.datasets import Dataset
from hessproof.proofs_check.assembly import environment
from hessproof.proofs_check.model.check import DEFAULT_SEED, Profile
from hessproof.proofs_check.reproduction.result import Reproduction
from hessproof.proofs_check.reproduction.run import DEFAULT_DATA, FigureRecipe, FigureRequest, recipe
from hessproof.proofs_check.reproduction.store import Store
from hessproof.proofs_check.selection import choose_device, choose_profile
from hessproof.proofs_check.staging import staged
from hessproof.proofs_check.versions import version_of
from hessproof.symbolic.errors import UnusableRequest

PIECES = ".pieces"
"""Folder below the output folder in which the pieces of an unfinished figure lie."""


class Stopped(KeyboardInterrupt):
    """A reproduction was stopped before its end.

    Args:
        kept: How many pieces lie ready for the next run.
    """

    def __init__(self, kept: int) -> None:
        super().__init__(f"stopped with {kept} finished {'piece' if kept == 1 else 'pieces'}")
        self.kept = kept


def reproduce(
    figure: str,
    *,
    data: str = DEFAULT_DATA,
    out: str | Path | None = None,
    profile: str = Profile.STANDARD,
    seed: int = DEFAULT_SEED,
    device: str = "cpu",
    progress: Callable[[str], None] = lambda line: None,
) -> Reproduction:
    """Redo a figure of a paper; what ``hessproof reproduce`` does.

    With a folder, the picture is written there as SVG and PNG, the numbers as CSV and JSON; files take their places
    when all of them are finished. Finished pieces of the computation are kept in ``out/.pieces`` until then: the same
    request goes on from them after an interruption, and the result is the same as that of an undisturbed run.

    Args:
        figure: The figure's number, such as ``"2a"`` or ``"kiselev2024-2"``.
        data: ``digits``, or a data set of yours; see `hessproof.numeric.loaders.load_data`. Figures that draw
            their own numbers take none.
        out: Folder for the files; nothing is written, and nothing can be resumed, if None.
        profile: ``quick``, ``standard`` or ``thorough``; the standard profile uses the paper's widths.
        seed: Seed of everything that is drawn.
        device: Where array kernels run: ``cpu``, ``cuda`` or ``auto``.
        progress: Called with one short line for each piece.

    Returns:
        Panels, numbers, and names of the files.

    Raises:
        UnusableRequest: If a name is unknown, the data cannot be read, or the folder cannot be written.
        Stopped: On Ctrl-C.

    Example:
        >>> made = reproduce("2c", profile="quick")
        >>> made.panels[0].id, made.samples, made.files
        ('fig2c', 1797, [])
    """
    start = time.perf_counter()
    chosen = recipe(figure)
    request = FigureRequest(data, choose_profile(profile), seed, choose_device(device))
    if seed < 0:
        raise UnusableRequest(f"seed {seed}", "0 or more", "give --seed 0")
    dataset = chosen.data(request)
    if out is None:
        store = Store(progress=progress)
        return _made(chosen, request, dataset, store, start)
    with staged(out) as folder:
        store = Store(Path(out) / PIECES, progress, _key(chosen, request, dataset))
        try:
            made = _made(chosen, request, dataset, store, start)
            made = made.model_copy(update={"command": _command(chosen, request, out)})
            files = _write(made, folder)
        except KeyboardInterrupt:
            raise Stopped(store.made + store.reused) from None
    store.forget()
    return files


def _made(
    chosen: FigureRecipe, request: FigureRequest, dataset: Dataset | None, store: Store, start: float
) -> Reproduction:
    panels = chosen.make(request, store.progress, store)
    return Reproduction(
        figure=chosen.id,
        title=chosen.title,
        command=_command(chosen, request, None),
        data=None if dataset is None else dataset.name,
        samples=None if dataset is None else dataset.samples,
        inputs=None if dataset is None else int(dataset.inputs.shape[1]),
        outputs=None if dataset is None else int(dataset.targets.shape[1]),
        profile=request.profile,
        seed=request.seed,
        seconds=round(time.perf_counter() - start, 2),
        reused=store.reused,
        environment=environment(),
        panels=panels,
        files=[],
    )


def _write(made: Reproduction, folder: Path) -> Reproduction:
    """Write picture and numbers, and say in the JSON which files these are."""
    from hessproof.proofs_check.reproduction.pictures import write_pictures, write_tables

    stem = made.figure if "-" in made.figure else f"fig{made.figure}"
    files = [*write_pictures(made.panels, folder, stem), *write_tables(made.panels, folder), f"{stem}.json"]
    made = made.model_copy(update={"files": files})
    (folder / f"{stem}.json").write_text(made.model_dump_json(indent=2) + "\n", encoding="utf-8", newline="\n")
    return made


def _key(chosen: FigureRecipe, request: FigureRequest, dataset: Dataset | None) -> dict[str, Any]:
    """What the pieces depend on: the request, the very numbers of the data, and the code of the figures."""
    module = inspect.getmodule(chosen.make)
    source = "" if module is None else inspect.getsource(module)
    source += "".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py")))
    numbers = json.dumps([] if dataset is None else [dataset.inputs.tolist(), dataset.targets.tolist()])
    return {
        "figure": chosen.id,
        "data": [request.data, hashlib.sha256(numbers.encode()).hexdigest()],
        "profile": request.profile.value,
        "seed": request.seed,
        "hessproof": version_of("hessproof"),
        "numpy": version_of("numpy"),
        "code": hashlib.sha256(source.encode()).hexdigest(),
    }


def _command(chosen: FigureRecipe, request: FigureRequest, out: str | Path | None) -> str:
    words = ["hessproof", "reproduce", chosen.id]
    words += [] if chosen.without_data else ["--data", request.data]
    words += ["--profile", request.profile.value, "--seed", str(request.seed)]
    return shlex.join(words if out is None else [*words, "--out", str(out)])
