r"""What a certificate holds: two kinds of JSON objects, and what each part of them proves.

Numbers are integers, or strings: decimal digits for integers beyond 2^53, ``"a/b"`` for rationals in lowest terms
(b ≥ 2), of at most 1000 digits each. A JSON float never occurs. A matrix is a list of rows, a vector a list of numbers.
Files are UTF-8; in a file that this project wrote every array of numbers stands on one line.

**Both kinds** have a ``prime`` above 2^60 that divides no denominator in the file. Ranks, and independence of vectors,
are shown modulo it: a minor that is not zero modulo a prime is not zero, and vectors that are independent modulo a
prime are independent. So a rank modulo the prime is a lower bound of the rank over the rationals. ``sha256`` is the
hash of the file without this field, as JSON with sorted keys, no spaces and no escapes beyond ASCII's own; it protects
against accidents only, since whoever changes the file can compute it again.

**An instance** (:class:`InstanceCertificate`) is about one network with the numbers that the file gives.

Its Hessian has p rows; coordinate ``o_k + i·c_k + j`` is entry (i, j), both from 0, of the M_k × c_k matrix of layer
k, c_k = M_{k-1}, or M_{k-1} + 1 with bias (the last column is b^k), o_k the number of entries of earlier layers. With
z^0 = x, z^l = φ(W^l z^{l-1} (+ b^l)), no φ behind W^L, the loss is ½‖z^L − y‖², summed over the samples. Sums stand in
place of means: ranks are the same. ``moments`` are Σ = Σ_n xx⊤ and Ω = Σ_n (F(x) − y)x⊤ (with bias x̃ = (x, 1) for x);
they determine the Hessian of a linear network. They must be moments of some data: Σ is symmetric and positive
semidefinite, Σv = 0 implies Ωv = 0, and with bias the last entry of Σ̃ is positive (the number of samples, or any
positive scale).

- ``lower``: H[rows, columns] is not singular modulo the prime, so rk H ≥ their number.
- ``upper`` is a ``kernel`` or, for the outer part only, an ``image``.
  ``kernel``: independent vectors that H annihilates, p − rank of them. A *box* is a layer k with vectors u ∈ left,
  v ∈ right: it stands for all uv⊤ as changes of that layer's matrix, each of which H annihilates. (For a linear network
  the parts H_o and H_f annihilate them separately, as far as the quantity holds them.) Several boxes may belong to one
  layer: *all left vectors of a layer together* are independent, and the right vectors of each box are; so their
  products are. ``vectors`` are further ones: each a list of layers with the matrix by which that layer changes (layers
  that are not listed do not change). They are independent modulo the boxes.
  ``image``: H_o = J⊤J, and the rank of J is that of Δ ↦ J(Δ)Σ, Σ_k W^{L:k+1}ΔW^{k-1:1}Σ (with bias augmented), a
  space of K × d′ matrices Z, d′ the size of Σ. A box with u ∈ left, v ∈ right stands for the equations u⊤Zv = 0: for
  each k one of u⊤W^{L:k+1} = 0, W^{k-1:1}Σv = 0 holds. Independence is as for the kernel. So rk H_o ≤ K·d′ − their
  number.
- ``relation`` says what the two prove together: ``==`` needs both, ``>=`` only ``lower``, ``<=`` only ``upper``.

**An architecture** (:class:`ArchitectureCertificate`) is about all weights and all data of given ranks, in a linear
network with squared error. With r = rk Σ and s = rk Ω at most those given the rank of the Hessian is at most
``claim.rank``, and for almost all weights and data of these ranks it is that. With bias the ranks are those of x̃: r̃,
s̃, and e = 0 if E[δ] = 0 is asked, 1 if not.

- ``upper.cut`` names the place of the cyclic chain W^L ⋯ W^1 Ω⊤ whose layer-local kernel proves the bound, a layer
  0 … L or ``"residual"``; for the outer part the layer m whose width bounds the image. With e = 0 it is a cut of the
  network without bias on r̃ − 1 centred inputs, since weights and biases decouple there.
- ``witness`` is a point that reaches the rank. ``diagonal`` (no bias, or e = 0): rectangular identities, Σ = I on r
  inputs (r̃ − 1 with bias), Ω diagonal with entry ``omega`` in the places ``from``, …, ``to`` of each of the ``kinds``.
  Two indices i < j of kinds [a, b] span a block of the Hessian with rows (i, j) and (j, i) of all layers, which has the
  given size and rank and occurs ``count`` times; with ``same`` it is the block of a single index i = j. The ranks times
  the counts, and ``biases`` for those of the biases (K for the outer part and the loss, 0 for the functional part; 0
  without bias), add up to the rank.
  ``shift`` (e = 1): rectangular identities, no biases, Σ̃ = diag(1, …, 1, 0, …, 0, 1) of rank r̃, E[δ] = c(1, 0, …) and
  Ω_{i+1,i} = c for i = 1, …, s̃ − 1, for almost all numbers c. ``outer`` is the rank of H_o there; ``functional`` that
  of H_f or, for the loss, of H_f as a form on the kernel of H_o: rk(H_o + cH_f) ≥ rk H_o + rk(H_f on ker H_o) for
  almost all c. What the quantity does not hold is 0; their sum is the rank.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

INSTANCE: Literal["hessproof/certificate-instance/1"] = "hessproof/certificate-instance/1"
ARCHITECTURE: Literal["hessproof/certificate-architecture/1"] = "hessproof/certificate-architecture/1"
PRIME = 2**61 - 1
"""The first prime to try, 2^61 − 1: the largest Mersenne prime that fits a machine word."""
EXACT_IN_JSON = 2**53
"""Larger integers are written as strings, since many readers of JSON take numbers for float64."""
MOST_DIGITS = 1000
"""Of a number: a checker's time is bounded only if its numbers are. A float64 has at most 324 behind the bar."""
LARGEST_FILE = 16 * 2**20
"""In bytes: as JSON in memory it takes some forty times that, less than a gigabyte."""

Size = Annotated[int, Field(strict=True, ge=0)]
Count = Annotated[int, Field(strict=True, ge=0)] | Annotated[str, Field(pattern=r"^[1-9][0-9]*$")]
Number = Annotated[int, Field(strict=True)] | Annotated[str, Field(pattern=r"^-?[1-9][0-9]*(/[1-9][0-9]*)?$")]
Vector = list[Number]
Matrix = list[Vector]
Quantity = Literal["outer", "functional", "loss"]
Relation = Literal["==", ">=", "<="]


class Part(BaseModel):
    """Base of all parts: no unknown fields."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)


class InstanceClaim(Part):
    """The rank of one part of the Hessian, and how it relates to the number."""

    quantity: Quantity
    relation: Relation
    rank: Size


class Network(Part):
    """The network of an instance; ``slope`` belongs to leaky-relu, a number between 0 and 1."""

    widths: list[Size]
    bias: bool
    activation: Literal["linear", "relu", "leaky-relu"]
    slope: Number | None = None
    loss: Literal["mse"]


class Moments(Part):
    """Σ and Ω, with bias Σ̃ and Ω̃."""

    sigma: Matrix
    omega: Matrix


class Samples(Part):
    """One row a sample."""

    inputs: Matrix
    targets: Matrix


class Data(Part):
    """Moments (linear networks only) or samples; exactly one of them."""

    moments: Moments | None = None
    samples: Samples | None = None


class Minor(Part):
    """Coordinates, as many rows as columns."""

    rows: list[Size]
    columns: list[Size]


class KernelBox(Part):
    """All uv⊤ as changes of one layer, u ∈ left of length M_k and v ∈ right of length c_k, both lists not empty."""

    layer: Size
    left: Matrix
    right: Matrix


class LayerChange(Part):
    """A change of one layer's matrix."""

    layer: Size
    change: Matrix


class Kernel(Part):
    """Boxes, sorted by layer, and further vectors, each with layers in rising order."""

    layers: list[KernelBox]
    vectors: list[list[LayerChange]]


class ImageBox(Part):
    """All equations u⊤Zv = 0, u ∈ left of length K and v ∈ right of length d′, both lists not empty."""

    left: Matrix
    right: Matrix


class Image(Part):
    """Equations on the image of J."""

    boxes: list[ImageBox]


class Upper(Part):
    """A kernel or (outer part of a linear network) an image; exactly one of them."""

    kernel: Kernel | None = None
    image: Image | None = None


class InstanceCertificate(Part):
    """A proof of the rank at one point."""

    schema_id: Literal["hessproof/certificate-instance/1"] = Field(default=INSTANCE, alias="schema")
    statement: str
    claim: InstanceClaim
    architecture: Network
    weights: list[Matrix]
    data: Data
    prime: Number
    lower: Minor | None = None
    upper: Upper | None = None
    made_with: dict[str, str]
    sha256: str


class ArchitectureClaim(Part):
    """The largest and generic rank of one part of the Hessian."""

    quantity: Quantity
    rank: Count


class LinearNetwork(Part):
    """Widths and bias; linear, with squared error."""

    widths: list[Size]
    bias: bool


class Ranks(Part):
    """Without bias r and s; with bias r̃, s̃ and e."""

    data_rank: Size | None = None
    residual_rank: Size | None = None
    augmented_data_rank: Size | None = None
    augmented_residual_rank: Size | None = None
    residual_mean: Literal[0, 1] | None = None


class Cut(Part):
    """Where the chain is cut."""

    cut: Size | Literal["residual"]


class IndexKind(Part):
    """Indices from … to, both counted, which are alive at the same layers and have the same ω."""

    from_: Size = Field(alias="from")
    to: Size
    omega: Size


class WitnessBlock(Part):
    """A block of two kinds (numbered from 0), how often it occurs, how many rows it has, and its rank."""

    kinds: tuple[Size, Size]
    same: bool
    count: Count
    size: Size
    rank: Size


class DiagonalWitness(Part):
    """The diagonal point; blocks that occur 0 times or have rank 0 are not listed."""

    point: Literal["diagonal"]
    kinds: list[IndexKind]
    blocks: list[WitnessBlock]
    biases: Size


class ShiftWitness(Part):
    """The point for networks with bias and E[δ] ≠ 0."""

    point: Literal["shift"]
    outer: Count
    functional: Count


class ArchitectureCertificate(Part):
    """A proof of the rank for all weights and data, and for almost all."""

    schema_id: Literal["hessproof/certificate-architecture/1"] = Field(default=ARCHITECTURE, alias="schema")
    statement: str
    claim: ArchitectureClaim
    architecture: LinearNetwork
    ranks: Ranks
    prime: Number
    upper: Cut
    witness: Annotated[DiagonalWitness | ShiftWitness, Field(discriminator="point")]
    made_with: dict[str, str]
    sha256: str


Document = dict[str, Any]
"""A certificate as plain JSON values."""
