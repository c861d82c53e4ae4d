"""The rules by which derivations differentiate (Singh et al. 2021, Eqs. (1) and (2), §3.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hessproof.symbolic.derivation import Rule, RuleFailure
from hessproof.symbolic.derivatives import ALL, PLAIN, TRANSPOSED, Frozen, Gradient, Jacobian
from hessproof.symbolic.differential import differential, gradient, jacobian
from hessproof.symbolic.kronecker import Commutation, VecIdentity, VecR
from hessproof.symbolic.ordering import Ordering
from hessproof.symbolic.sums import rewrite
from hessproof.symbolic.words import Delta, M, add, shown, times


class GradientRule(Rule):
    """∂/∂W of traces: d tr(X) = Σ tr(U ΔW V) + Σ tr(U ΔW⊤ V) gives Σ (VU)⊤ + Σ VU."""

    name = "gradient of a trace"
    statement = r"\mathrm{d}f = \mathrm{tr}(G^\top \Delta W) \Rightarrow \partial f / \partial W = G"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Compute every gradient in the expression."""

        def local(node: Any, inner: Ordering) -> Any:
            return gradient(node, inner) if isinstance(node, Gradient) else None

        return rewrite(expression, ordering, local)


class JacobianRule(Rule):
    """Eq. (1) with the product rule: U ΔW V contributes U ⊗ V⊤, and U ΔW⊤ V contributes (U ⊗ V⊤) P.

    P is the commutation matrix with P vec_r(ΔW) = vec_r(ΔW⊤); it is absent for ``TRANSPOSED``.
    """

    name = "Eq. (1) and product rule"
    statement = r"\partial (A W B) / \partial W = A \otimes B^\top"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Compute every Jacobian in the expression."""

        def local(node: Any, inner: Ordering) -> Any:
            if not isinstance(node, Jacobian):
                return None
            matrix, layer, kind = node.args
            return jacobian(matrix, layer, kind, inner)

        return rewrite(expression, ordering, local)


class ReadJacobian(Rule):
    """The definition: ∂X/∂W is the matrix J with vec_r(dX) = J vec_r(ΔW).

    Only the product rule and the identity of vec_r are used, so that Eq. (1) can be derived from them.
    """

    name = "definition of the derivative"
    statement = r"\mathrm{vec}_r(\mathrm{d}X) = J\,\mathrm{vec}_r(\Delta W)"

    def check(self, before: Any, after: Any, ordering: Ordering, same: Callable[[Any, Any, Ordering], bool]) -> None:
        """Accept J if J vec_r(ΔW) is vec_r(dX) for all ΔW."""
        if not isinstance(before, Jacobian):
            raise RuleFailure(f"{shown(before)} is no derivative")
        matrix, layer, kind = before.args
        direction = Delta(layer).T if kind == TRANSPOSED else Delta(layer)
        product = VecIdentity().apply(times(after, VecR(direction)), ordering)
        if not same(product, VecR(differential(matrix, layer, ordering, kind)), ordering):
            raise RuleFailure(f"{shown(after)} times the direction is {shown(product)}, which is not the differential")


class DropConstants(Rule):
    """Parts without the differentiated occurrence may be dropped or added under a derivative."""

    name = "constants drop"
    statement = r"\partial (X + C) / \partial W = \partial X / \partial W"

    def check(self, before: Any, after: Any, ordering: Ordering, same: Callable[[Any, Any, Ordering], bool]) -> None:
        """Accept another argument with the same differential."""
        if not (isinstance(before, Jacobian) and isinstance(after, Jacobian) and before.args[1:] == after.args[1:]):
            raise RuleFailure("not two derivatives with respect to the same occurrences")
        one, two = (differential(node.args[0], node.args[1], ordering, node.args[2]) for node in (before, after))
        if not same(one, two, ordering):
            raise RuleFailure(f"the differentials {shown(one)} and {shown(two)} differ")


class SplitKinds(Rule):
    """∂X/∂W = ∂X/∂W|_{non-transposed} + ∂X/∂W⊤ · P, on a form of X without transposes of chains."""

    name = "product rule over both kinds"
    statement = r"\mathrm{d}X = \mathrm{d}X|_{W} + \mathrm{d}X|_{W^\top}"

    def check(self, before: Any, after: Any, ordering: Ordering, same: Callable[[Any, Any, Ordering], bool]) -> None:
        """Accept a sum of a plain and a transposed derivative of the same form."""
        if not (isinstance(before, Jacobian) and before.args[2] == ALL):
            raise RuleFailure(f"{shown(before)} is no derivative proper")
        matrix, layer, _ = before.args
        both = add(
            Jacobian(matrix, layer, PLAIN),
            times(Jacobian(matrix, layer, TRANSPOSED), Commutation(M(layer), M(layer - 1))),
        )
        if not same(both, after, ordering):
            raise RuleFailure(f"not the two kinds of occurrence of {shown(matrix)}")


class Unfreeze(Rule):
    """Outside of derivatives a fixed matrix is just the matrix."""

    name = "nothing left to differentiate"
    statement = r"[X]_{\mathrm{fixed}} = X"

    def apply(self, expression: Any, ordering: Ordering) -> Any:
        """Remove the marks.

        Raises:
            RuleFailure: If a derivative is still to be taken.
        """
        if expression.has(Gradient, Jacobian):
            raise RuleFailure("a derivative is still to be taken")
        return rewrite(expression, ordering, lambda node, _: node.args[0] if isinstance(node, Frozen) else None)
