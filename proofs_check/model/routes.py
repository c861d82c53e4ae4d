"""When two pieces of evidence are independent routes: different code and a different idea."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from hessproof.proofs_check.model.evidence import Evidence

SHARED: dict[str, str] = {
    "hessproof.symbolic.architecture": "reads and checks widths; knows no Hessian",
    "hessproof.symbolic.errors": "the error that a request can cause",
    "hessproof.symbolic.terms": "plain records, no computation",
    "hessproof.symbolic.losses.outputs": "K or K − 1, read off an architecture; knows no Hessian",
    "hessproof.symbolic.formulas": "the statement under test itself, written once",
    "hessproof.symbolic.formula": "the value of the statement under test",
    "hessproof.symbolic.arithmetic": "the value of the statement under test",
    "hessproof.symbolic.norms.symbols": "the letters of the statement under test",
    "hessproof.symbolic.norms.statement": "the statement under test itself, written once",
    "hessproof.symbolic.norms.unrolled": "the value of the statement under test",
    "hessproof.symbolic.free_probability.symbols": "the letters of the statement under test",
    "hessproof.symbolic.free_probability.models": "the statement under test itself, written once",
    "hessproof.symbolic.free_probability.laws": "the laws under test, written once",
    "hessproof.numeric.norms.instance": "plain records of weights, an input and a label, no computation",
    "hessproof.proofs_check.surveys.draws": "draws weights and data; knows no Hessian",
    "hessproof.proofs_check.surveys.record": "plain records of what was asked and measured",
    "hessproof.proofs_check.bias.cases": "lists the ranks that data can have; the value of the statement under test",
    "hessproof.proofs_check.bias.draws": "draws weights and data; knows no Hessian",
    "hessproof.proofs_check.bias.record": "plain records of what was asked and measured",
    "hessproof.proofs_check.statements": "the statement under test, read off its formula",
    "hessproof.numeric.instance": "draws weights and data; knows no Hessian",
    "hessproof.numeric.bias.data": "draws data; knows no Hessian",
    "hessproof.numeric.draws": "draws weights and data; knows no Hessian",
    "hessproof.numeric.moments": "sums over samples; knows no Hessian",
    "hessproof.numeric.losses.instance": "draws weights and data; knows no Hessian",
    "hessproof.numeric.datasets": "reads data",
    "hessproof.numeric.training.initialisation": "draws initial weights; knows no Hessian",
    "hessproof.numeric.training.teacher": "draws a linear teacher; knows no Hessian",
    "hessproof.numeric.training.trajectory": "plain records of training runs, no computation",
    "hessproof.numeric.integers": "integer matrices, converted and multiplied by a library",
    "hessproof.numeric.exact": "the rank over Q of a given matrix; every instance verifies its r and s with it",
    "hessproof.numeric.primes": "lists primes",
    "hessproof.numeric.critical_points.draws": "draws data and first weights; knows no Hessian",
    "hessproof.numeric.landscape.protocol": "sizes of the published experiments and scaling of pixels",
    "hessproof.numeric.memory": "counts bytes and refuses what would not fit; knows no Hessian",
    "hessproof.numeric.planning": "counts operations and reports progress; knows no Hessian",
    "hessproof.numeric.arrays": "chooses the array library",
    "hessproof.numeric.result": "plain records, no computation",
    "hessproof.proofs_check.model": "records of claims, checks and evidence",
    "hessproof.proofs_check.catalogue": "the statement under test itself, written once",
    "hessproof.proofs_check.checks": "the checks that call the routes and compare; no mathematics of their own",
    "hessproof.proofs_check.registry": "the list of checks",
    "hessproof.proofs_check.enumeration": "lists architectures",
    "hessproof.proofs_check.strategies": "draws architectures",
}
"""Modules that two independent routes may both execute, with the reason; a package stands for its modules."""


def is_shared(module: str) -> bool:
    """Whether independent routes may both execute ``module``.

    Example:
        >>> is_shared("hessproof.symbolic.architecture"), is_shared("hessproof.numeric.kernels")
        (True, False)
    """
    return any(module == name or module.startswith(f"{name}.") for name in SHARED)


def own_modules(evidence: Evidence) -> frozenset[str]:
    """The modules that the route executed, without those that every route may share."""
    return frozenset(module for module in evidence.modules if not is_shared(module))


def independent(one: Evidence, other: Evidence) -> bool:
    """Whether two routes share neither code nor idea.

    A route whose modules were not traced is not known to be independent of anything, and counts as dependent.
    """
    if one.idea == other.idea or not one.modules or not other.modules:
        return False
    return own_modules(one).isdisjoint(own_modules(other))


def independent_routes(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """A largest set of pairwise independent routes; the first in the given order where several are largest."""
    for size in range(len(evidence), 1, -1):
        for group in combinations(evidence, size):
            if all(independent(one, other) for one, other in combinations(group, 2)):
                return group
    return tuple(evidence[:1])
