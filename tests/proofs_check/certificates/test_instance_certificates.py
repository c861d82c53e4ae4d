"""Certificates of single networks, followed step by step against a Hessian made from the definition of the loss."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import flint
import numpy as np
import pytest

from hessproof.numeric.instance import generic_instance, special_instance
from hessproof.proofs_check.certificates.architecture import NotCertified
from hessproof.proofs_check.certificates.certify import certify
from hessproof.proofs_check.certificates.counterexample import from_counterexample
from hessproof.proofs_check.certificates.drawn import DrawnRanks, drawn_point
from hessproof.proofs_check.certificates.instance import instance_certificate
from hessproof.proofs_check.certificates.point import Point, point_of
from hessproof.proofs_check.certificates.rational import (
    UnluckyPrimeError,
    certificate_primes,
    fractions,
    rational,
    residues,
)
from hessproof.proofs_check.model.evidence import Counterexample
from hessproof.proofs_check.ranking.request import DataRequest
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

Matrix = Any


class Dense:
    """The Hessian at a certificate's numbers, entry by entry from products with one or two layers replaced."""

    def __init__(self, document: dict[str, Any]) -> None:
        network = document["architecture"]
        self.widths, self.bias, self.quantity = network["widths"], network["bias"], document["claim"]["quantity"]
        self.layers = len(self.widths) - 1
        self.weights = [_array(weight) for weight in document["weights"]]
        self.places = [(k, i, j) for k, weight in enumerate(self.weights) for i, j in np.ndindex(weight.shape)]
        below = {"linear": 1, "relu": 0}.get(network["activation"], network.get("slope"))
        if "moments" in document["data"]:
            moments = document["data"]["moments"]
            gates = [[Fraction(1)] * width for width in self.widths[1:-1]]
            self.matrix = self._part(_array(moments["sigma"]), _array(moments["omega"]), gates)
        else:
            samples = document["data"]["samples"]
            pairs = zip(_array(samples["inputs"]), _array(samples["targets"]), strict=True)
            self.matrix = sum(self._sample(x, y, Fraction(below)) for x, y in pairs)

    def _sample(self, x: Matrix, y: Matrix, below: Fraction) -> Matrix:
        first = state = np.append(x, [Fraction(1)] * self.bias)
        gates = []
        for weight in self.weights[:-1]:
            state = weight.dot(state)
            gates.append([Fraction(1) if value > 0 else below for value in state])
            state = np.append(state * np.array(gates[-1]), [Fraction(1)] * self.bias)
        residual = self.weights[-1].dot(state) - y
        return self._part(np.outer(first, first), np.outer(residual, first), gates)

    def _part(self, sigma: Matrix, omega: Matrix, gates: list[list[Fraction]]) -> Matrix:
        size = len(self.places)
        result = np.full((size, size), Fraction(0), dtype=object)
        first = [self._changed({k: (i, j)}, gates) for k, i, j in self.places]
        for a, (k, *one) in enumerate(self.places):
            for b, (l, *two) in enumerate(self.places[: a + 1]):
                value = Fraction(0)
                if self.quantity != "functional":
                    value += (first[a].dot(sigma) * first[b]).sum()
                if self.quantity != "outer" and k != l:
                    value += (self._changed({k: tuple(one), l: tuple(two)}, gates) * omega).sum()
                result[a, b] = result[b, a] = value
        return result

    def _changed(self, units: dict[int, tuple[int, ...]], gates: list[list[Fraction]]) -> Matrix:
        """The product of all layers with units in place of some, as a map of the (augmented) input."""
        size = self.widths[0] + self.bias
        found = np.array([[Fraction(int(i == j)) for j in range(size)] for i in range(size)], dtype=object)
        for k, weight in enumerate(self.weights):
            if k in units:
                weight = np.full(weight.shape, Fraction(0), dtype=object)
                weight[units[k]] = Fraction(1)
            found = weight.dot(found)
            if k < self.layers - 1:
                found = found * np.array(gates[k], dtype=object)[:, None]
                if self.bias:
                    last = [Fraction(int(j == size - 1 and min(units) > k)) for j in range(size)]
                    found = np.vstack([found, np.array([last], dtype=object)])
        return found


def _array(rows: Any) -> Matrix:
    return np.array([[Fraction(entry) for entry in row] for row in rows], dtype=object)


def _rank(matrix: Any) -> int:
    array = np.array(matrix, dtype=object)
    if 0 in array.shape:
        return 0
    flat = [flint.fmpq(Fraction(x).numerator, Fraction(x).denominator) for x in array.flat]
    return int(flint.fmpq_mat(*array.shape, flat).rank())


def kernel_vectors(document: dict[str, Any], offsets: list[int], size: int) -> Iterator[Matrix]:
    """All vectors of a kernel, written out."""
    kernel = document["upper"]["kernel"]
    changes = [
        [(box["layer"], np.outer(_array([u])[0], _array([v])[0]))]
        for box in kernel["layers"]
        for u in box["left"]
        for v in box["right"]
    ]
    changes += [[(one["layer"], _array(one["change"])) for one in vector] for vector in kernel["vectors"]]
    for change in changes:
        vector = np.full(size, Fraction(0), dtype=object)
        for layer, matrix in change:
            vector[offsets[layer - 1] : offsets[layer - 1] + matrix.size] = matrix.ravel()
        yield vector


def follow(document: dict[str, Any]) -> int:
    """Check everything that an instance certificate says, the slow way; the number of further vectors."""
    dense = Dense(document)
    hessian, rank = dense.matrix, document["claim"]["rank"]
    size = len(hessian)
    assert _rank(hessian) == rank
    rows, columns = document["lower"]["rows"], document["lower"]["columns"]
    assert len(set(rows)) == len(set(columns)) == rank
    assert _rank(hessian[np.ix_(rows, columns)]) == rank
    if "image" in document["upper"]:
        boxes = document["upper"]["image"]["boxes"]
        equations = [
            np.outer(_array([u])[0], _array([v])[0]).ravel() for box in boxes for u in box["left"] for v in box["right"]
        ]
        assert dense.widths[-1] * (dense.widths[0] + dense.bias) - len(equations) == rank
        assert _rank(equations) == len(equations)
        return 0
    offsets = [sum(weight.size for weight in dense.weights[:k]) for k in range(dense.layers)]
    vectors = list(kernel_vectors(document, offsets, size))
    assert len(vectors) == size - rank == _rank(vectors)
    assert not any(hessian.dot(vector).any() for vector in vectors)
    return len(document["upper"]["kernel"]["vectors"])


def points(seed: int, count: int) -> Iterator[tuple[Point, str]]:
    """Small networks of every kind with small numbers, many of them at special points."""
    stream = random.Random(seed)
    while count:
        depth = stream.randint(1, 4)
        widths, bias = [stream.randint(1, 3) for _ in range(depth + 1)], stream.random() < 0.5
        activation = stream.choice(["linear", "linear", "linear", "relu", "leaky-relu"])
        largest = stream.choice([1, 1, 3])
        weights = [
            [[Fraction(stream.randint(-largest, largest), stream.choice([1, 1, 2])) for _ in range(columns + bias)]
             for _ in range(rows)]
            for columns, rows in pairwise(widths)
        ]  # fmt: skip
        if stream.random() < 0.3:
            place = stream.randrange(depth)
            weights[place] = [[Fraction(0)] * len(row) for row in weights[place]]
        samples = stream.randint(1, 3)
        inputs = [[stream.randint(-2, 2) for _ in range(widths[0])] for _ in range(samples)]
        targets = [[stream.randint(-2, 2) for _ in range(widths[-1])] for _ in range(samples)]
        point = point_of(widths, weights, bias=bias, inputs=inputs, targets=targets, activation=activation)
        try:
            branches = point.branches
        except UnusableRequest:
            continue
        if activation == "linear" and stream.random() < 0.5:
            sigma, omega = fractions(branches[0].sigma), fractions(branches[0].omega)
            point = point_of(widths, weights, bias=bias, sigma=sigma, omega=omega)
        count -= 1
        yield point, stream.choice(["outer", "functional", "loss", "loss"])


def _sweep(seed: int, count: int) -> set[str]:
    """Follow certificates of many points; what was met."""
    met: set[str] = set()
    for point, quantity in points(seed, count):
        document = instance_certificate(point, quantity).document
        further = follow(document)
        kind = "linear" if point.activation == "linear" else "gated"
        met |= {f"{kind} {quantity}", f"{kind} {'bias' if point.bias else 'plain'}"}
        met |= {f"{kind} vectors"} if further else set()
        met |= {"zero rank"} if document["claim"]["rank"] == 0 else set()
        layers = [box["layer"] for box in document["upper"].get("kernel", {"layers": []})["layers"]]
        met |= {"several boxes"} if len(layers) > len(set(layers)) else set()
        met |= {"one layer"} if point.layers == 1 else set()
        met |= {"moments"} if point.moments else {"samples"}
    return met


@pytest.mark.long
def test_small_points_of_every_kind() -> None:
    met = _sweep(seed=1, count=10)
    assert {"several boxes", "moments", "samples", "linear loss", "gated loss"} <= met


@pytest.mark.long
def test_many_small_points_of_every_kind() -> None:
    met = _sweep(seed=2, count=100)
    parts = {
        f"{kind} {part}" for kind in ("linear", "gated") for part in ("outer", "functional", "loss", "bias", "plain")
    }
    assert (
        parts | {"linear vectors", "gated vectors", "zero rank", "several boxes", "one layer", "moments", "samples"}
        <= met
    )


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("residual_rank", [1, 3])
def test_generic_instances_reach_the_architectures_rank(bias: bool, residual_rank: int) -> None:
    architecture = Architecture((4, 3, 4, 3), bias=bias)
    instance = generic_instance(architecture, 4, residual_rank, seed=2, magnitude=5)
    ranks = {"augmented_residual_rank": instance.augmented_residual_rank} if bias else {"residual_rank": residual_rank}
    for quantity in ("outer", "functional", "loss"):
        made = certify(instance, quantity)
        assert made.kind == "instance"
        assert made.rank == certify(architecture, quantity, **ranks).rank  # type: ignore[arg-type]


def test_for_low_residual_rank_changes_of_coordinates_complete_the_kernel() -> None:
    instance = generic_instance(Architecture((3, 3, 3)), 3, 1, seed=1, magnitude=4)
    made = certify(instance)
    vectors = made.document["upper"]["kernel"]["vectors"]
    assert made.rank == 9 + 2 * 3 - 1
    assert len(vectors) == 4
    assert all([change["layer"] for change in vector] == [1, 2] for vector in vectors)
    entries = [int(x) for vector in vectors for change in vector for row in change["change"] for x in row]
    assert max(map(abs, entries)) < 10**12
    assert follow(made.document) == 4


@pytest.mark.long
def test_five_hundred_parameters() -> None:
    architecture = Architecture((10, 10, 10, 10, 10, 10))
    for residual_rank, rank in ((10, 500), (2, 244)):
        made = certify(generic_instance(architecture, 10, residual_rank, seed=1, magnitude=3))
        assert made.rank == rank
        assert len(made.to_json()) < 10**6


def test_a_prime_that_divides_a_denominator_or_hides_a_rank_is_left_aside() -> None:
    first, second, *_ = certificate_primes()
    with pytest.raises(UnluckyPrimeError):
        residues(rational([[Fraction(1, first)]]), first)
    divided = point_of((1, 1), [[[Fraction(1, first)]]], inputs=[[1]], targets=[[0]])
    assert instance_certificate(divided, "loss").document["prime"] == str(second)
    hidden = point_of((1, 1, 1), [[[first]], [[first]]], sigma=[[first]], omega=[[first]])
    made = instance_certificate(hidden, "loss")
    assert (made.rank, made.document["prime"]) == (2, str(second))
    assert follow(made.document) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": [[[1, 2]]]}, "one matrix a layer"),
        ({"weights": [[[1], [2, 3]]]}, "rows of one length"),
        ({"weights": [[["x"]]]}, "a rational number"),
        ({"weights": [[[float("nan")]]]}, "a rational number"),
        ({"sigma": [[-1]]}, "positive semidefinite"),
        ({"sigma": [[0]], "omega": [[1]]}, "row space"),
        ({"sigma": [[1, 0], [0, 1]]}, "moments of shapes"),
        ({"sigma": None}, "moments of a linear network"),
        ({"activation": "tanh"}, "linear, relu or leaky-relu"),
        ({"activation": "relu"}, "samples"),
        ({"activation": "leaky-relu", "slope": "3/2"}, "between 0 and 1"),
        ({"inputs": [], "targets": []}, "N > 0"),
        ({"inputs": [[1]], "targets": [[1], [2]]}, "one row a sample"),
    ],
)
def test_numbers_that_are_no_network_are_refused(arguments: dict[str, Any], message: str) -> None:
    given = {"weights": [[[1]]], "sigma": [[1]], "omega": [[1]], **arguments}
    with pytest.raises(UnusableRequest, match=message):
        point_of((1, 1), given.pop("weights"), **given)


def test_with_bias_the_moments_need_a_number_of_samples() -> None:
    with pytest.raises(UnusableRequest, match="positive last entry"):
        point_of((1, 1), [[[1, 1]]], bias=True, sigma=[[1, 0], [0, 0]], omega=[[1, 0]])


def test_a_kink_is_refused_and_named() -> None:
    point = point_of((1, 2, 1), [[[1], [0]], [[1, 1]]], inputs=[[3]], targets=[[0]], activation="relu")
    with pytest.raises(UnusableRequest, match="neuron 2 of layer 1 at sample 1"):
        instance_certificate(point)


def test_networks_that_would_not_make_a_file_are_refused() -> None:
    wide = Architecture((300, 300))
    with pytest.raises(UnusableRequest, match="certify the architecture"):
        drawn_point(wide, DataRequest())
    with pytest.raises(UnusableRequest, match="an instance whose rank may be 2500"):
        certify(generic_instance(Architecture((50, 50)), 50, 50, magnitude=2))


def test_ranks_belong_to_architectures() -> None:
    with pytest.raises(UnusableRequest, match="ranks of an instance"):
        certify(generic_instance(Architecture((2, 2)), 2, 2), data_rank=1)


def test_drawn_points_have_the_ranks_asked_for() -> None:
    architecture = Architecture((3, 2, 3), bias=True)
    point = drawn_point(architecture, DataRequest(data_rank=2), 4, DrawnRanks(3, 2, 0))
    (branch,) = point.branches
    assert (branch.sigma.rank(), branch.omega.rank()) == (3, 2)
    assert not any(row[-1] for row in fractions(branch.omega))
    digits = drawn_point(Architecture((4, 2, 10)), DataRequest("digits", samples=20))
    assert digits.moments is not None
    gated = drawn_point(Architecture((4, 3, 10), activation="leaky-relu"), DataRequest("digits", samples=6))
    assert gated.samples is not None
    assert gated.samples[0].nrows() == 6


@pytest.mark.parametrize(
    ("architecture", "request_", "ranks", "message"),
    [
        (Architecture((2, 2), activation="tanh"), DataRequest(), None, "linear, relu or leaky-relu"),
        (Architecture((2, 2), loss="cosh"), DataRequest(), None, "under mse"),
        (Architecture((2, 2), activation="relu"), DataRequest(), DrawnRanks(1), "drawn to order"),
        (Architecture((2, 2), activation="relu"), DataRequest(samples=1, data_rank=2), None, "more samples"),
        (Architecture((2, 2)), DataRequest(), DrawnRanks(1), "without bias"),
        (Architecture((1, 1, 1), activation="relu"), DataRequest(data_rank=0), None, "neuron 1 of layer 1"),
    ],
)
def test_draws_that_cannot_be_are_refused(
    architecture: Architecture, request_: DataRequest, ranks: DrawnRanks | None, message: str
) -> None:
    with pytest.raises(UnusableRequest, match=message):
        drawn_point(architecture, request_, 0, ranks)


EXAMPLE: dict[str, Any] = {
    "widths": [1, 1, 1], "data_rank": 1, "residual_rank": 1, "predicted": 1, "measured": 2, "order": "p",
    "weights": [[["0"]], [["0"]]], "sigma": [["1"]], "omega": [["1/2"]], "reproduce": "here",
}  # fmt: skip


def test_a_counterexample_is_certified() -> None:
    made = from_counterexample(Counterexample(**EXAMPLE))
    assert (made.rank, made.kind, made.document["data"]["moments"]["omega"]) == (2, "instance", [["1/2"]])
    gated = {**EXAMPLE, "activation": "relu", "weights": [[["1"]], [["1"]]], "inputs": [["-1"]], "targets": [["1"]]}
    assert from_counterexample(Counterexample(**{**gated, "measured": 0})).rank == 0
    leaky = {**gated, "activation": "leaky-relu", "measured": 2}
    assert from_counterexample(Counterexample(**leaky), slope="1/2").document["architecture"]["slope"] == "1/2"
    functional = {**EXAMPLE, "omega": [["0"]], "measured": 0}
    assert from_counterexample(Counterexample(**functional), "functional").rank == 0


def test_a_counterexample_that_says_something_else_is_not_certified() -> None:
    with pytest.raises(NotCertified, match="rank 2 of loss is proved, 1 was measured"):
        from_counterexample(Counterexample(**{**EXAMPLE, "measured": 1}))
    for change, message in (({"loss": "cosh"}, "under cosh"), ({"weights": []}, "without weights")):
        with pytest.raises(UnusableRequest, match=message):
            from_counterexample(Counterexample(**{**EXAMPLE, **change}))


def test_a_special_instance_keeps_its_moments() -> None:
    instance = special_instance(Architecture((1, 1, 2), bias=True), [[[0, 0]], [[1, 0], [0, 1]]], [[2, 1], [1, 3]],
                                [[1, 0], [0, 1]])  # fmt: skip
    made = certify(instance)
    assert "moments" in made.document["data"]
    follow(made.document)
