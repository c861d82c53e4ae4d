"""Everything that is compared, by name. Importing this loads none of it; ``prepare`` does."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from benchmarks.scale.timing import Work


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to compute something.

    Args:
        group: rank, eigenvalues, products or density: what is compared with what.
        label: How tables and pictures call it.
        home: Module of ``benchmarks.scale`` and function that prepares it.
        needs: Module without which it cannot run.
    """

    group: str
    label: str
    home: tuple[str, str]
    needs: str = "hessproof"

    def missing(self) -> bool:
        """Whether what it needs is not installed."""
        return find_spec(self.needs) is None

    def prepare(self, path: Path) -> Work:
        """Import what it takes; the work itself is done, and timed, by calling the result."""
        module, name = self.home
        prepare: Work = getattr(import_module(f"benchmarks.scale.{module}"), name)(path)
        return prepare


CONTENDERS: dict[str, Contender] = {
    "rank": Contender("rank", "hessproof", ("ranks", "rank")),
    "rank-core": Contender("rank", "hessproof, core", ("ranks", "core_rank")),
    "rank-dense": Contender("rank", "hessproof, p × p", ("ranks", "dense_rank")),
    "flint-nmod": Contender("rank", "FLINT nmod, p × p", ("whole_matrix", "flint_modular_rank"), "flint"),
    "flint-fmpz": Contender("rank", "FLINT fmpz, p × p", ("whole_matrix", "flint_integer_rank"), "flint"),
    "sympy": Contender("rank", "SymPy, p × p", ("whole_matrix", "sympy_rank"), "sympy"),
    "mpmath": Contender("rank", "mpmath, p × p", ("whole_matrix", "mpmath_rank"), "mpmath"),
    "torch": Contender("rank", "PyTorch Hessian + SVD", ("autodiff", "torch_svd"), "torch"),
    "jax": Contender("rank", "JAX Hessian + SVD", ("autodiff", "jax_svd"), "jax"),
    "jax-chunks": Contender("rank", "JAX in chunks + SVD", ("autodiff", "jax_chunks_svd"), "jax"),
    "eigenvalues": Contender("eigenvalues", "hessproof", ("ranks", "eigenvalues")),
    "hvp": Contender("products", "hessproof H", ("products", "hessian")),
    "hvp-curvlinops": Contender("products", "curvlinops H", ("products", "curvlinops_hessian"), "curvlinops"),
    "ggn": Contender("products", "hessproof GGN", ("products", "gauss_newton")),
    "ggn-curvlinops": Contender("products", "curvlinops GGN", ("products", "curvlinops_gauss_newton"), "curvlinops"),
    "density": Contender("density", "hessproof", ("densities", "own")),
    "density-curvlinops": Contender("density", "curvlinops", ("densities", "curvlinops"), "curvlinops"),
}

BESIDE: dict[str, Contender] = {
    "all-ranks": Contender("rank", "hessproof, H_o, H_f and H_L", ("ranks", "all_ranks")),
    "all-ranks-core": Contender("rank", "hessproof, H_o, H_f and H_L by cores", ("ranks", "all_ranks_by_cores")),
    "rank-cuda": Contender("rank", "hessproof on a GPU", ("ranks", "cuda_rank"), "cupy"),
}
"""What ``benchmarks.acceptance`` runs besides."""
