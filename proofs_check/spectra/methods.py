"""How one part of the Hessian is measured: which method, for which reason, at which cost."""

from __future__ import annotations

from dataclasses import dataclass, field

from hessproof.numeric.network.gram import gram_order
from hessproof.numeric.planning import Cost
from hessproof.numeric.stochastic.density import BASIS_BYTES, STEPS, predicted_probes
from hessproof.numeric.stochastic.extremes import FEWEST_VECTORS
from hessproof.numeric.stochastic.trace import COLUMNS, PROBES, SKETCH
from hessproof.proofs_check.selection import alternatives, one_of
from hessproof.proofs_check.spectra.records import Method
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest

METHODS = ("auto", "dense", "structured", "gram", "matrix-free")
LARGEST_DENSE = 4000
"""Parameters up to which the whole matrix is decomposed unasked: 7 s a part on one core, 0.4 GiB, and products would
take as long and tell less (64-40-30-10 with p = 4,060: 6 s a part for 128 steps)."""
LARGEST_CORE = 12_000
"""Order of a core or Gram matrix up to which it is decomposed unasked: about 3 minutes on one core."""
EIGENVALUES_SHARE = 0.25
"""What eigvalsh reaches of the speed of a matrix product, 4/3 n³ operations counted: measured 0.39 at order 1,500 and
0.27 at 3,000 (one core, OpenBLAS), falling slowly, since half of its work is matrix-vector products."""
EXTREMES = 10
LEAST_ERROR = 1e-6
"""A smaller error takes more probes than are ever drawn, unless there are more than 10¹⁰ parameters."""

MOST_PROBES = 10_000
"""More would tell nothing: with p > 4,000, below which nothing is estimated unasked, so many leave half an interval of
less than 0.0004 p (3/√(2np), three standard deviations), while 128 Lanczos steps leave ten times that open."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the person asked for.

    Args:
        method: One of ``METHODS``.
        error: Share of p that the counts may be off by, for the matrix-free method.
        probes: Random vectors, if their number is not to be chosen.
        steps: Lanczos steps at most.
        extremes: How many eigenvalues of largest modulus the matrix-free method finds.
        parts: Which parts of the Hessian; None for all that the method has.
    """

    method: str = "auto"
    error: float = 0.01
    probes: int | None = None
    steps: int = STEPS
    extremes: int = EXTREMES
    parts: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The method for one part.

    Args:
        part: loss, functional or outer.
        method: dense, structured, gram or matrix-free.
        why: The reason, in words.
        order: Order of the matrix that is decomposed; 0 for the matrix-free method.
        cost: What it will take.
    """

    part: str
    method: Method
    why: str
    order: int
    cost: Cost = field(compare=False)


def choose(architecture: Architecture, samples: int, part: str, options: Options, core: int) -> Choice:
    """The method for one part of the Hessian.

    Args:
        architecture: Widths, bias, activation, loss.
        samples: N.
        part: loss, functional or outer.
        options: What was asked for.
        core: The predicted order of the part's core, if the network is linear.

    Raises:
        UnusableRequest: If the method is unknown or does not go with the network or the part.

    Example:
        >>> wide = Architecture((784, 512, 10), activation="relu")
        >>> [choose(wide, 100, part, Options(), 0).method for part in ("loss", "outer")]
        ['matrix-free', 'gram']
        >>> choose(Architecture((4, 3, 2)), 100, "loss", Options(), 18).why
        'all 18 parameters fit into one matrix'
    """
    asked = one_of("method", options.method, METHODS, "give --method auto")
    size, linear = architecture.parameters, architecture.activation == "linear"
    order = gram_order(architecture, samples)
    if asked == "structured" and not linear:
        raise UnusableRequest(
            f"method structured with {architecture.activation}", "a linear network", "give --method matrix-free"
        )
    if asked == "gram" and part != "outer":
        raise UnusableRequest(f"method gram for the {part} part", "--part outer", "give --part outer")
    if asked != "auto":
        method, why = asked, "asked for"
    elif size <= LARGEST_DENSE:
        method, why = "dense", f"all {size:,} parameters fit into one matrix"
    elif linear and core <= LARGEST_CORE:
        method, why = "structured", f"a linear network: a core of order {core:,} has all nonzero eigenvalues"
    elif part == "outer" and order < size and order <= LARGEST_CORE:
        method, why = "gram", f"H_o has the nonzero eigenvalues of a Gram matrix of order {order:,}"
    else:
        large = "no core is known for this activation" if not linear else f"its core has order {core:,}"
        method, why = "matrix-free", f"{size:,} parameters are too many for one matrix, and {large}"
    orders = {"dense": size, "structured": core, "gram": min(order, size), "matrix-free": 0}
    made = orders[method]
    if method == "matrix-free":
        cost = products_cost(architecture, samples, part, options)
    else:
        cost = decomposition_cost(made, f"{NAMES_OF[method]} of order {made:,} for the {part} part")
    return Choice(part, method, why, made, cost)  # type: ignore[arg-type]


NAMES_OF = {"dense": "eigenvalues", "structured": "core", "gram": "Gram matrix"}
"""What is decomposed, for the plan."""


def decomposition_cost(order: int, what: str) -> Cost:
    """All eigenvalues of a symmetric matrix: 4/3 n³ operations, the matrix and two working copies."""
    return Cost(what, 4 / 3 * float(order) ** 3, 24 * order**2, share=EIGENVALUES_SHARE)


def products_cost(architecture: Architecture, samples: int, part: str, options: Options) -> Cost:
    """Extremes, probes and traces: products of 12 N p operations each, 8 N p for one part of the Hessian alone."""
    size = architecture.parameters
    probes = options.probes or predicted_probes(size, options.error)
    steps = min(options.steps, size)
    vectors = max(FEWEST_VECTORS, 3 * options.extremes)
    products = 3 * vectors + probes * steps + 2 * SKETCH + PROBES
    each = (12 if part == "loss" else 8) * samples * size
    held = max(min(probes * steps * size * 8, max(BASIS_BYTES, 8 * steps * size)), 8 * size * (vectors + 3 * COLUMNS))
    what = f"{products:,} products for the {part} part"
    again = 4.0 * size * steps**2 * probes  # the vectors are made orthogonal twice
    return Cost(what, float(products) * each + again, held, products, share=PRODUCTS_SHARE)


PRODUCTS_SHARE = 0.8
"""What Hessian-vector products reach of the speed of a matrix product, counted so: 0.5 to 1.3 in processor seconds on
one core, the least with a smooth activation, the most where the first layer is wide, since it needs less; narrow layers
(64-50-30-10) reach 0.4."""


def parts_of(options: Options) -> tuple[str, ...]:
    """The parts that are measured.

    Raises:
        UnusableRequest: If a part is unknown.
    """
    known = ("loss", "functional", "outer")
    if options.parts is None:
        return ("outer",) if options.method == "gram" else known
    for part in options.parts:
        if part not in known:
            raise UnusableRequest(f"part {part!r}", alternatives([*known, "all"]), "give --part loss")
    return options.parts


def check(options: Options) -> None:
    """Refuse numbers that make no sense before anything is drawn.

    Raises:
        UnusableRequest: If so.
    """
    if not LEAST_ERROR <= options.error < 1:
        expected = f"a share of at least {LEAST_ERROR:g} and below 1"
        raise UnusableRequest(f"--error {options.error:g}", expected, "give for instance --error 0.01")
    if options.probes is not None and options.probes > MOST_PROBES:
        raise UnusableRequest("too many --probes", f"at most {MOST_PROBES:,}", "leave it out, or give --probes 512")
