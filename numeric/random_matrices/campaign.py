"""A long series of drawn sums, kept as it goes, so that it can be stopped and taken up again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

from hessproof.numeric.arrays import Device
from hessproof.numeric.random_matrices.archive import Archive, Floats
from hessproof.numeric.random_matrices.sums import SumSpectrum, columns_for, sum_spectrum


@dataclass(frozen=True)
class Draw:
    """One matrix of the model.

    Args:
        size: N.
        epsilon: ε.
        tau: τ.
        relu: Whether H_1 is the block matrix of ReLU.
        seed: Seed of the draw.
    """

    size: int
    epsilon: Fraction
    tau: Fraction
    relu: bool
    seed: int

    @property
    def name(self) -> str:
        """A file name that tells draws apart.

        Example:
            >>> Draw(400, Fraction(1, 2), Fraction(1, 4), True, 7).name
            'relu-400-1_2-1_4-7'
        """
        numbers = f"{self.size}-{self.epsilon}-{self.tau}-{self.seed}".replace("/", "_")
        return f"{'relu' if self.relu else 'linear'}-{numbers}"


def spectra(folder: Path, draws: Iterable[Draw], device: Device = "cpu") -> Iterator[tuple[Draw, SumSpectrum]]:
    """The spectra of some draws, one after the other; those that the folder has are not drawn again.

    Args:
        folder: Where they are kept.
        draws: What is drawn.
        device: Where the matrices live.

    Raises:
        UnusableRequest: If a draw is out of range, or the folder or a file in it is unusable.

    Example:
        >>> import tempfile
        >>> one = Draw(20, Fraction(1, 2), Fraction(1, 2), False, 1)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     found = [spectrum.negative_fraction for _, spectrum in spectra(Path(folder), [one, one])]
        >>> found[0] == found[1]
        True
    """
    archive = Archive(folder)
    for draw in draws:
        columns = columns_for(draw.size, float(draw.tau), even=draw.relu)
        kept = archive.spectrum(draw.name, partial(_eigenvalues, draw, device))
        yield draw, SumSpectrum(kept, columns, draw.size / columns, float(draw.epsilon), 1.0, draw.relu, draw.seed)


def _eigenvalues(draw: Draw, device: Device) -> Floats:
    return sum_spectrum(
        draw.size, float(draw.epsilon), float(draw.tau), relu=draw.relu, seed=draw.seed, device=device
    ).eigenvalues
