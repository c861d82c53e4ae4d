"""Instances that Coq computes and the exact engine computes too: Hessians, their ranks, and values of the formulas.

``source`` writes ``theories/instances.v``: small networks with integer weights and data, the Hessians that the exact
engine finds for them, its ranks with a certificate each, and values of the SymPy formulas. Coq proves every line by
computation, so the file compiles only if both sides agree on every entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from textwrap import wrap
from typing import Any

import flint
import numpy as np

from hessproof.numeric.integers import IntegerMatrix, from_flint, integers, rational_rank, to_flint
from hessproof.numeric.integers import product as product_of
from hessproof.numeric.kernels import Part, hessian
from hessproof.numeric.moments import augmented, moments_of
from hessproof.proofs_check.formal.formulas import IDS, SHORT, parameters
from hessproof.symbolic import formula as f
from hessproof.symbolic import formulas
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.formula import RankFormula
from hessproof.symbolic.formulas import FORMULAS

HEAD = """From Coq Require Import ZArith.
From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import loss hessian bias tables compute compute_bias rank_tables formulas.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Local Open Scope Z_scope.

(* Instances, written by proofs_check/formal/instances.py, never by hand: Hessians of small      *)
(* networks as the exact engine of the project finds them, their ranks, and values of the rank   *)
(* formulas as SymPy finds them. Coq computes each of them itself. *)
"""
PARTS: Mapping[Part, str] = {"outer": "outer_table", "functional": "functional_table", "loss": "loss_table"}
"""Names of the computed Hessians in Coq."""
SIZES = ((2, 1), (2, 3, 2), (3, 2, 3), (2, 1, 2), (1, 2, 3, 2), (3, 2, 1, 2))
"""Widths for which the formulas are evaluated."""
_STAIRCASE: tuple[Mapping[Any, Any], ...] = (
    {f.L: 1, formulas.above: (2, 3), formulas.below: (2, 1)},
    {f.L: 3, formulas.above: (1, 2, 2, 3), formulas.below: (3, 2, 2, 1)},
)
_LOOSE: Mapping[str, tuple[Mapping[Any, Any], ...]] = {
    "lemma1": tuple(
        {formulas.copies_d: n, formulas.copies_c: q, formulas.rank_c: c, formulas.rank_d: d}
        for n, q, c, d in ((3, 2, 2, 1), (1, 1, 0, 1), (4, 3, 3, 3))
    ),
    "thm3_chain": tuple(
        {f.L: 2, f.width: (2, 3, 2), f.r: r, formulas.rank_left: a, formulas.rank_right: b}
        for r, a, b in ((2, 2, 2), (1, 2, 1), (2, 1, 0))
    ),
    "tensor_flag": tuple(
        {formulas.left: (0, *u, 0), formulas.right: (0, *v, 0), formulas.n: n}
        for n, u, v in ((1, (2,), (3,)), (2, (1, 2), (3, 1)), (3, (0, 1, 3), (4, 2, 2)))
    ),
    "a_o_chain": _STAIRCASE,
    "jacobian_chain": _STAIRCASE,
}
"""Arguments of the formulas about given ranks, in the order of their parameters."""
_UNFOLDED = (*SHORT.values(), "narrowest_hidden", "hidden_total")


@dataclass(frozen=True, eq=False)
class Example:
    """A network with integer weights and data.

    Args:
        name: Its name in Coq.
        widths: M_0, …, M_L.
        weights: W^1, …, W^L; with bias [W^l b^l].
        inputs: X, one column a sample.
        targets: Y, one column a sample.
        bias: Whether it has biases.

    Example:
        >>> one = Example("one", (1, 1), ([[2]],), [[1, 3]], [[0, 1]])
        >>> one.hessian("loss").tolist(), one.hessian("functional").tolist()
        ([[10]], [[0]])
        >>> one.rank("loss")
        1
    """

    name: str
    widths: tuple[int, ...]
    weights: tuple[Any, ...]
    inputs: Any
    targets: Any
    bias: bool = False

    @cached_property
    def matrices(self) -> tuple[IntegerMatrix, ...]:
        """The weights as integer matrices."""
        return tuple(
            integers(np.reshape(np.asarray(weight, dtype=object), (above, below + self.bias)))
            for weight, (below, above) in zip(self.weights, pairwise(self.widths), strict=True)
        )

    def hessian(self, part: Part) -> IntegerMatrix:
        """A Hessian of half the sum of squares, as the exact engine finds it."""
        x, y = (integers(np.asarray(samples, dtype=object)).T for samples in (self.inputs, self.targets))
        outputs = x
        for matrix in self.matrices:
            outputs = product_of([augmented(outputs) if self.bias else outputs, matrix.T])
        found = moments_of(x, outputs - y, bias=self.bias)
        return np.asarray(hessian(self.matrices, found.sigma, found.omega, part, bias=self.bias))

    def rank(self, part: Part) -> int:
        """Its rank over Q."""
        return rational_rank(self.hessian(part))


def drawn(name: str, widths: tuple[int, ...], seed: int, samples: int, bias: bool = False) -> Example:
    """Weights and data between -2 and 2."""
    generator = np.random.default_rng(seed)

    def matrix(rows: int, columns: int) -> list[list[int]]:
        return [[int(entry) for entry in row] for row in generator.integers(-2, 3, (rows, columns))]

    weights = tuple(matrix(above, below + bias) for below, above in pairwise(widths))
    return Example(name, widths, weights, matrix(widths[0], samples), matrix(widths[-1], samples), bias)


EXAMPLES = (
    drawn("one_layer", (2, 2), 1, 2),
    drawn("two_layers", (2, 3, 2), 2, 3),
    drawn("bottleneck", (2, 1, 2), 3, 2),
    drawn("three_layers", (2, 2, 1, 2), 4, 2),
    drawn("four_layers", (1, 2, 1, 2, 1), 5, 2),
    Example("exchange", (2, 2, 2, 2), ([[1, 0], [0, 0]], [[0, 1], [1, 0]], [[1, 0], [0, 0]]), [[1, 0], [0, 1]],
            [[0, 0], [0, 0]]),
    drawn("bias_two_layers", (1, 1, 2), 6, 3, bias=True),
    drawn("bias_three_layers", (2, 1, 2, 1), 7, 3, bias=True),
)  # fmt: skip
"""Generic weights with and without a bottleneck, degenerate ones, and networks with bias."""


@dataclass(frozen=True, eq=False)
class Certificate:
    """A rank of H that can be checked: A H B = c·1 of order r, and c H = C D with r columns in C."""

    rank: int
    left: IntegerMatrix
    right: IntegerMatrix
    columns: IntegerMatrix
    rows: IntegerMatrix
    factor: int


def certificate(matrix: IntegerMatrix) -> Certificate:
    """A certificate of the rank of a symmetric matrix over Q.

    The columns J at the pivots span all columns, so H[J, J] has an inverse; with it both equations can be solved.

    Example:
        >>> found = certificate(integers([[2, 4], [4, 8]]))
        >>> found.rank, found.factor, found.left.tolist(), found.rows.tolist()
        (1, 2, [[1, 0]], [[2, 4]])
    """
    size = int(matrix.shape[0])
    reduced, _, rank = to_flint(matrix).rref() if size else (None, 1, 0)
    rows = [] if reduced is None else from_flint(reduced).tolist()
    pivots = [next(place for place, entry in enumerate(row) if entry) for row in rows[:rank]]
    picked = integers(np.eye(size, dtype=np.int64))[:, pivots]
    if not rank:
        return Certificate(0, picked.T, picked, picked, picked.T, 1)
    whole = to_flint(matrix[np.ix_(pivots, pivots)])
    inverse, factor = flint.fmpq_mat(whole).inv().numer_denom()
    left = product_of([from_flint(inverse), picked.T])
    return Certificate(rank, left, picked, matrix[:, pivots], product_of([left, matrix]), int(factor))


def source(examples: Sequence[Example] = EXAMPLES, ids: Sequence[str] = IDS) -> str:
    """The text of ``theories/instances.v``, or of a file like it for other examples and formulas.

    Example:
        >>> source((), ("prop2_bound",)).partition("values :")[2].splitlines()[1]
        '  [:: (prop2_bound 1 (nth 0 [:: 2; 1]) 1)%N;'
    """
    parts = [text for example in examples for text in _of_example(example)]
    return "\n".join([HEAD, *parts, *(_values(FORMULAS[name]) for name in ids)])


def _of_example(example: Example) -> Iterator[str]:
    name, widths, count = example.name, example.widths, len(example.widths) - 1
    cuts = [matrix.shape[1] - example.bias for matrix in example.matrices]
    weights = [matrix[:, :cut] for matrix, cut in zip(example.matrices, cuts, strict=True)]
    samples = len(example.inputs[0])
    with_bias = " and biases" if example.bias else ""
    yield f"(* Widths {', '.join(map(str, widths))}: weights{with_bias}, and {samples} samples *)"
    yield f"Definition {name}_M := nth 0%N [:: {'; '.join(map(str, widths))}]%N."
    yield _tables(f"{name}_W", weights)
    if example.bias:
        biases = [matrix[:, cut:] for matrix, cut in zip(example.matrices, cuts, strict=True)]
        yield _tables(f"{name}_b", biases)
    yield f"Definition {name}_X : table := {_table(example.inputs)}."
    yield f"Definition {name}_Y : table := {_table(example.targets)}.\n"
    given = f"{name}_W {name}_b {name}_X {name}_Y" if example.bias else f"{name}_W {name}_X {name}_Y"
    for part, table in PARTS.items():
        arguments = given.removesuffix(f" {name}_Y") if part == "outer" else given
        computed = table if not example.bias else "biased_table" if part == "loss" else f"biased_{table}"
        yield f"Definition {name}_{part} : table :=\n  {_table(example.hessian(part))}.\n"
        left = _wrapped(f"{computed} {name}_M {count} {samples} {arguments}")
        yield f"Lemma {name}_{part}_computed :\n{left}\n  = {name}_{part}."
        yield "Proof. by vm_compute. Qed.\n"
    yield _of_matrices(example, count, samples)


def _of_matrices(example: Example, count: int, samples: int) -> str:
    """The Hessian of the loss as a matrix, and its rank, over every field that contains the rational numbers."""
    name, proof = example.name, certificate(example.hessian("loss"))
    tables = "\n  ".join(f"({_table(table)})" for table in (proof.left, proof.right, proof.columns, proof.rows))
    weights = f"(to_weights {name}_M F {name}_W)"
    inputs, targets = (f"    (to_matrix F ({name}_M {l}%N) {samples} {name}_{z})" for l, z in ((0, "X"), (count, "Y")))
    data = f"{inputs}\n{targets}"
    if example.bias:
        biases = f"(fun i => to_matrix F ({name}_M i.+1) 1 ({name}_b i))"
        term, table, lemma = (
            f"biased_hessian {weights}\n    {biases}\n{data}",
            "biased_hessian_table",
            "rank_biased_table",
        )
    else:
        term, table, lemma = f"loss_hessian {weights}\n{data}", "loss_hessian_table", "rank_loss_table"
    return f"""Theorem {name}_hessian (F : numFieldType) :
  {term}
  = to_matrix F _ _ {name}_loss.
Proof. by rewrite {table} {name}_loss_computed. Qed.

Theorem {name}_rank (F : numFieldType) :
  \\rank ({term})
  = {proof.rank}%N.
Proof.
apply: (@{lemma} _ _ _ _ _ {"_ " if example.bias else ""}_ _ _
  {tables}
  ({proof.factor})).
by vm_compute.
Qed.
"""


def _wrapped(text: str, indent: str = "  ") -> str:
    return "\n".join(wrap(text, 100, initial_indent=indent, subsequent_indent=f"{indent}  "))


def _tables(name: str, matrices: Sequence[Any]) -> str:
    listed = ";\n  ".join(map(_table, matrices))
    return f"Definition {name} : nat -> table := nth [::] [::\n  {listed}]."


def _table(matrix: Any) -> str:
    """The rows, each wrapped if it is long."""
    rows = (f"[:: {'; '.join(map(str, row))}]" if len(row) else "[::]" for row in matrix)
    text = ";\n    ".join("\n      ".join(wrap(row, 92, break_on_hyphens=False)) for row in rows)
    return f"[:: {text}]" if text else "[::]"


def _values(formula: RankFormula) -> str:
    """A lemma: the formula's values at some arguments."""
    cases = list(_cases(formula))
    terms = ";\n   ".join(f"({formula.id} {arguments})%N" for arguments, _ in cases)
    names = " ".join(_UNFOLDED)
    values = ";\n   ".join(f"Posz {value}" if value >= 0 else f"Negz {-value - 1}" for _, value in cases)
    return (
        f"Lemma {formula.id}_values :\n  [:: {terms}] =\n  [:: {values}].\nProof.\n"
        f"{_wrapped(f'cbv beta delta [{formula.id} {names}].', '')}\nby rewrite ?unlock; vm_compute.\nQed.\n"
    )


def _cases(formula: RankFormula) -> Iterator[tuple[str, int]]:
    """Arguments in Coq and the values that SymPy finds there."""
    if formula.quantity in {"flag", "z_matrix"} or "_chain" in formula.id:
        for values in _LOOSE[formula.id]:
            ends = {f.K: values[f.width][-1]} if f.width in values else {}
            yield " ".join(map(_argument, values.values())), formula.evaluate_at({**values, **ends})
        return
    names = parameters(formula)
    seen = set()
    for widths in SIZES:
        architecture = Architecture(widths)
        for r in {1, widths[0]}:
            for s, mean in product((0, 1, min(r, widths[-1])), (0, 1)):
                for layer in range(1, architecture.layers + 1) if formula.needs_layer else (1,):
                    ranks = {"augmented_data_rank": r + 1, "augmented_residual_rank": s + mean}
                    value = formula.evaluate(architecture, r, s, layer, **ranks, residual_mean=mean)
                    terms = {"L": architecture.layers, "M": widths, "r": r, "s": s, "l": layer, "r_aug": r + 1}
                    terms |= {"s_aug": s + mean, "e": mean, "m": _last_narrowest(widths)}
                    arguments = " ".join(_argument(terms[name]) for name in names)
                    if arguments not in seen:
                        seen.add(arguments)
                        yield arguments, value


def _last_narrowest(widths: tuple[int, ...]) -> int:
    hidden = widths[1:-1]
    return max((layer for layer, width in enumerate(hidden, start=1) if width == min(hidden)), default=0)


def _argument(value: int | Sequence[int]) -> str:
    return str(value) if isinstance(value, int) else f"(nth 0 [:: {'; '.join(map(str, value))}])"
