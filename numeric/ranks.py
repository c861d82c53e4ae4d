"""Measure the ranks of an instance on one of three engines, with the structure of the Hessian used or not."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

from hessproof.numeric.arrays import Array, Device, Namespace, namespace
from hessproof.numeric.bias.centred import centred
from hessproof.numeric.core import (
    Core,
    CorePart,
    ModularView,
    UnluckyPrimeError,
    WordRanks,
    column_rank,
    core_matrix,
    find_core,
    ordered_cuts,
    outer_rank,
)
from hessproof.numeric.exact import exact_rank
from hessproof.numeric.floating import NumericalRank, numerical_rank, orthonormal_core, scaled_factors
from hessproof.numeric.instance import Instance
from hessproof.numeric.kernels import (
    PARTS,
    Factors,
    Part,
    Rectangle,
    a_o,
    assemble,
    check_layer,
    jacobian,
)
from hessproof.numeric.memory import matrix_bytes, refuse_if_too_large
from hessproof.numeric.modular import elimination_cost, residue_rank
from hessproof.numeric.multiprecision import DIGITS, check_side, precise_factors, precise_rank, working_digits
from hessproof.numeric.normal_cost import NORMAL_SIDE as NORMAL_SIDE
from hessproof.numeric.normal_cost import normal_cost, uses_bars
from hessproof.numeric.normal_rank import normal_rank
from hessproof.numeric.primes import primes
from hessproof.numeric.result import EngineName, Rank
from hessproof.symbolic.errors import UnusableRequest

__all__ = ["ENGINES", "QUANTITIES", "Rank", "measure"]

ENGINES: tuple[EngineName, ...] = ("exact", "multiprecision", "float")
QUANTITIES = ("outer", "functional", "loss")
RATIONAL_SIDE = 320
"""Largest side of a matrix of Python integers whose rank over Q is sought when a prime does not settle it."""


def measure(
    instance: Instance,
    engine: EngineName = "exact",
    quantities: Sequence[str] = QUANTITIES,
    *,
    structured: bool = True,
    digits: int = DIGITS,
    tolerance: float | None = None,
    device: Device = "cpu",
    prime_count: int = 3,
    normal_form: bool = True,
) -> dict[str, Rank]:
    """Ranks of parts of the Hessian (and of related matrices) at an instance.

    Args:
        instance: Weights and data.
        engine: exact (over Q), multiprecision (mpmath), or float (singular values in float64).
        quantities: outer (H_o), functional (H_f), loss (H_L), jacobian (A_o with the data), a_o (A_o alone), or
            column:l (block column l of H_f).
        structured: Use the core in place of the p × p matrix (with bias also the network without bias on centred data,
            ``hessproof.numeric.bias.centred``); False forms the matrix itself.
        digits: Decimal digits, for multiprecision.
        tolerance: Relative tolerance, for multiprecision and float; each has a default of its own.
        device: cpu, cuda or auto, for the large eliminations and for float.
        prime_count: How many primes to try before a smaller modular rank is believed.
        normal_form: Find the rank of a large core modulo a prime in the bases of ``hessproof.numeric.normal_rank``;
            False eliminates the core itself, so that the two routes can be compared.

    Returns:
        One ``Rank`` for each quantity.

    Raises:
        UnusableRequest: If the engine, a quantity or the device is unknown, or the matrix would not fit into memory.

    Example:
        >>> from hessproof.numeric.instance import generic_instance
        >>> from hessproof.symbolic.architecture import Architecture
        >>> found = measure(generic_instance(Architecture((3, 2, 2)), 3, 2))
        >>> [(rank.quantity, rank.value, rank.bound) for rank in found.values()]
        [('outer', 6, 'exact'), ('functional', 8, 'exact'), ('loss', 10, 'exact')]
    """
    if engine not in ENGINES:
        raise UnusableRequest(f"engine {engine!r}", f"one of {', '.join(ENGINES)}", "give --engine exact")
    checked = [_checked(name, instance.architecture.layers) for name in quantities]
    xp = namespace(device)
    settings = (xp, structured, digits, tolerance, max(1, prime_count), normal_form)
    session = _Biased(instance, *settings) if instance.architecture.bias else _Session(instance, *settings)
    route: Callable[[str], Rank] = {
        "exact": session.exact if structured else session.exact_dense,
        "multiprecision": session.multiprecision,
        "float": session.float,
    }[engine]
    result: dict[str, Rank] = {}
    for name in checked:
        start = time.perf_counter()
        result[name] = route(name).named(name, time.perf_counter() - start)
    return result


def _checked(name: str, layers: int) -> str:
    known = (*QUANTITIES, "jacobian", "a_o")
    if name in known:
        return name
    kind, _, number = name.partition(":")
    if kind == "column" and number.isdecimal():
        check_layer(int(number), layers)
        return name
    raise UnusableRequest(f"quantity {name!r}", f"one of {', '.join(known)}, column:l", "give loss")


class _Session:
    """What the quantities of one call share."""

    def __init__(
        self,
        instance: Instance,
        xp: Namespace,
        structured: bool,
        digits: int,
        tolerance: float | None,
        prime_count: int,
        normal_form: bool,
    ) -> None:
        self.instance, self.xp, self.structured = instance, xp, structured
        self.digits, self.tolerance, self.prime_count = digits, tolerance, prime_count
        self.normal_form = normal_form
        self._by_bars = False
        """Whether the last modular rank was found in the bases of the bars."""
        self.ranks = WordRanks(instance)
        self.ranks.modular = lambda word: self.view(primes(1)[0]).rank(word)
        self._views: dict[int, ModularView] = {}

    def view(self, prime: int) -> ModularView:
        if prime not in self._views:
            self._views[prime] = ModularView(self.instance, prime, self.ranks, self.xp)
        return self._views[prime]

    # exact, structured

    def exact(self, name: str) -> Rank:
        if name in ("outer", "jacobian", "a_o"):
            value = outer_rank(self.ranks, data=name != "a_o")
            return Rank(
                name, value, "exact", "exact", "dimension of a sum of two tensor flags, from chain ranks over Q"
            )
        if name.startswith("column:"):
            value = column_rank(self.ranks, int(name.partition(":")[2]))
            return Rank(
                name, value, "exact", "exact", "dimension of a sum of two tensor flags, from chain ranks over Q"
            )
        return self._core("functional" if name == "functional" else "loss")

    def _core(self, part: CorePart) -> Rank:
        order = ordered_cuts(self.instance, part)
        core, lower, prime = self._try(part, order[0])
        if lower == core.size:
            why = f"the core at cut {core.cut} bounds the rank by its order, and is nonsingular modulo a prime"
            why += ", block by block" if self._by_bars else ""
            return Rank(part, lower, "exact", "exact", why, primes=(prime,))
        cores = [core, *(self._find(part, cut)[0] for cut in order[1:])]
        best = min(cores, key=lambda candidate: candidate.size)
        if lower == best.size:
            why = f"the core at cut {best.cut} bounds the rank by its order, and a rank modulo a prime meets it"
            return Rank(part, lower, "exact", "exact", why, primes=(prime,))
        if best.size <= RATIONAL_SIDE:
            exact = self._exact_factors()
            found = exact_rank(core_matrix(exact, best), upper=best.size, quantity=part)
            why = f"rank over Q of the core at cut {best.cut}, of order {best.size}: {found.why}"
            return Rank(part, found.value, "exact", found.bound, why, primes=found.primes)
        why = f"largest rank modulo {self.prime_count} primes; the rank over Q lies between it and {best.size}"
        return Rank(part, lower, "exact", "lower", why, primes=primes(self.prime_count))

    def _try(self, part: CorePart, cut: int) -> tuple[Core, int, int]:
        """The core at a cut, and its largest rank modulo a few primes, with the prime that shows it."""
        core, _ = self._find(part, cut)
        best, shown = -1, primes(1)[0]
        for prime in primes(self.prime_count):
            rank = self._modulo(core, prime)
            if rank > best:
                best, shown = rank, prime
            if best == core.size:
                break
        return core, best, shown

    def _modulo(self, core: Core, prime: int) -> int:
        """The rank of the core modulo a prime: that of H in the basis of its bars, or by eliminating the core."""
        view, self._by_bars = self.view(prime), False
        if self.normal_form and uses_bars(self.instance.architecture, core.size):
            cost = normal_cost(self.instance.architecture, self.instance.moments.whole_residual_rank)
            refuse_if_too_large(cost.bytes, f"a {cost.what} for {self.instance.architecture}", "choose narrower layers")
            found = normal_rank(view.factors, core.part, view.field)
            if found is not None:
                self._by_bars = True
                return found
        refuse_if_too_large(
            elimination_cost(core.size, core.size, symmetric=True)[1],
            f"a core of order {core.size} for {self.instance.architecture}",
            "choose narrower hidden layers",
        )
        return residue_rank(core_matrix(view.factors, core), prime, overwrite=True, symmetric=True)

    def _find(self, part: CorePart, cut: int) -> tuple[Core, ModularView]:
        for prime in primes(50):
            try:
                return find_core(self.view(prime), part, cut), self.view(prime)
            except UnluckyPrimeError:
                continue
        raise UnusableRequest(
            f"weights of {self.instance.architecture}", "chains whose ranks show modulo one of 50 primes", "draw others"
        )

    # exact, dense

    def exact_dense(self, name: str) -> Rank:
        rows, columns = self._shape(name)
        if max(rows, columns) <= RATIONAL_SIDE:
            exact = self._exact_factors()
            found = exact_rank(self._dense(exact, name), quantity=name)
            return Rank(
                name, found.value, "exact", found.bound, f"of the whole matrix: {found.why}", primes=found.primes
            )
        self._refuse_dense(rows, columns, 2)
        tried = primes(self.prime_count)
        best = 0
        for prime in tried:
            matrix = self._dense(self.view(prime).factors, name)
            best = max(best, residue_rank(matrix, prime, overwrite=True, symmetric=name in PARTS))
            if best == min(rows, columns):
                return Rank(
                    name, best, "exact", "exact", "the whole matrix has full rank modulo a prime", primes=(prime,)
                )
        return Rank(
            name, best, "exact", "lower", f"largest rank of the whole matrix modulo {len(tried)} primes", primes=tried
        )

    # numerical engines

    def multiprecision(self, name: str) -> Rank:
        factors = precise_factors(self.instance, self.digits)
        core: Core | None = None
        if self.structured and name in ("functional", "loss"):
            part: CorePart = "functional" if name == "functional" else "loss"
            core = self._find(part, ordered_cuts(self.instance, part)[0])[0]
        rows, columns = self._shape(name) if core is None else (core.size, core.size)
        check_side(max(rows, columns), f"a {rows} × {columns} matrix for {self.instance.architecture}")
        with working_digits(self.digits):
            matrix = self._dense(factors, name) if core is None else core_matrix(factors, core)
        found = precise_rank(matrix, self.digits, self.tolerance)
        what = "the whole matrix" if core is None else "the core"
        return self._numerical(name, "multiprecision", found, f"pivoted QR of {what} in {self.digits} digits")

    def float(self, name: str) -> Rank:
        factors = scaled_factors(self.instance, self.xp)
        symmetric = name in PARTS
        if self.structured and symmetric:
            part: Part = name  # type: ignore[assignment]
            matrix, what = orthonormal_core(factors, self.ranks, part), "the orthonormal core"
        else:
            self._refuse_dense(*self._shape(name), 3)
            matrix, what = self._dense(factors, name), "the whole matrix"
        found = numerical_rank(matrix, self.tolerance, symmetric=symmetric)
        return self._numerical(name, "float", found, f"singular values of {what} in float64")

    def _numerical(self, name: str, engine: EngineName, found: NumericalRank, why: str) -> Rank:
        return Rank(name, found.value, engine, "numerical", why, tolerance=found.tolerance, gap=found.gap)

    def _exact_factors(self) -> Factors:
        one = self.instance
        return Factors(one.weights, one.sigma, one.omega, bias=one.architecture.bias)

    # dense matrices

    def _dense(self, factors: Factors, name: str) -> Array:
        every = [Rectangle(layer) for layer in range(1, factors.layers + 1)]
        if name in PARTS:
            part: Part = name
            return assemble(factors, part, every, every)
        if name.startswith("column:"):
            return assemble(factors, "functional", every, [Rectangle(int(name.partition(":")[2]))])
        if name == "a_o":
            return a_o(factors)
        return jacobian(factors, factors.moment("Sigma"))

    def _shape(self, name: str) -> tuple[int, int]:
        architecture = self.instance.architecture
        widths, p = architecture.widths, architecture.parameters
        if name in PARTS:
            return p, p
        if name.startswith("column:"):
            layer = int(name.partition(":")[2])
            return p, widths[layer] * (widths[layer - 1] + architecture.bias)
        return (widths[0] + architecture.bias) * widths[-1], p

    def _refuse_dense(self, rows: int, columns: int, copies: int) -> None:
        what = f"a {rows} × {columns} matrix for {self.instance.architecture}"
        refuse_if_too_large(matrix_bytes(rows, columns, copies=copies), what, "use the structured exact engine")


class _Biased(_Session):
    """With bias: the core where E[δ] ≠ 0, the network without bias on centred data where that has the same ranks."""

    def exact(self, name: str) -> Rank:
        if name.startswith("column:"):
            return self.exact_dense(name)
        return self._moved(name, "exact") or super().exact(name)

    def multiprecision(self, name: str) -> Rank:
        return self._moved(name, "multiprecision") or super().multiprecision(name)

    def float(self, name: str) -> Rank:
        return self._moved(name, "float") or super().float(name)

    @cached_property
    def _centred(self) -> _Session:
        settings = (self.xp, self.structured, self.digits, self.tolerance, self.prime_count, self.normal_form)
        return _Session(centred(self.instance), *settings)

    def _moved(self, name: str, engine: EngineName) -> Rank | None:
        """The rank from the network without bias on centred data; None if it does not have it, or is not wanted."""
        shared = ("outer", "jacobian", "a_o", *(() if self.instance.residual_mean else ("functional", "loss")))
        if not self.structured or name not in shared:
            return None
        found: Rank = getattr(self._centred, engine)(name)
        more = 0 if name == "functional" else self.instance.architecture.outputs
        what = f"{more} for the mean output, and the network without bias on centred data: {found.why}"
        return replace(found, value=found.value + more, why=what)
