"""Spectra kept in a folder, so that a long series of draws can be stopped and taken up again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hessproof.symbolic.errors import UnusableRequest

Floats = npt.NDArray[np.float64]


class Archive:
    """A folder of spectra, one ``.npy`` file each; a file is complete or absent.

    Args:
        folder: Where they lie; made if absent.

    Raises:
        UnusableRequest: If the folder cannot be made, or a file in it is no spectrum.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     one = Archive(Path(folder)).spectrum("n=2", lambda: np.array([1.0, 2.0]))
        ...     two = Archive(Path(folder)).spectrum("n=2", lambda: np.array([0.0]))
        >>> one.tolist() == two.tolist() == [1.0, 2.0]
        True
    """

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UnusableRequest(f"folder {folder}", "a folder that can be made", f"{error.strerror}") from error
        self.folder = folder

    def spectrum(self, name: str, make: Callable[[], Floats]) -> Floats:
        """The spectrum of this name, made if it is not there yet.

        Args:
            name: A file name without suffix.
            make: Makes the eigenvalues.

        Raises:
            UnusableRequest: If the name leaves the folder, or the file is damaged.
        """
        path = self.folder / f"{name}.npy"
        if path.parent != self.folder:
            raise UnusableRequest(f"name {name!r}", "a plain file name", "leave out slashes")
        if not path.exists():
            found = np.asarray(make(), dtype=np.float64)
            partial = path.with_suffix(".partial")
            with partial.open("wb") as target:
                np.save(target, found)
            partial.replace(path)
            return found
        try:
            kept = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise UnusableRequest(f"file {path.name}", "a spectrum that was kept here", "delete it") from error
        return np.asarray(kept, dtype=np.float64)
