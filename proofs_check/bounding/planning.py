"""What the bounds of one network will cost, before they are measured."""

from __future__ import annotations

from hessproof.numeric.arrays import Namespace
from hessproof.numeric.curvature.chain import groups
from hessproof.numeric.curvature.lanczos import BASIS
from hessproof.numeric.network.operators import WORKSPACE
from hessproof.numeric.planning import Cost, Plan, make_plan, refuse_if_it_cannot_fit
from hessproof.symbolic.architecture import Architecture

PARTS = 3
PRODUCTS = 3 * BASIS // 2
"""Products that a norm takes: 67, the first Lanczos vectors and their check, where the leading eigenvalue stands out,
and up to 128 where it does not (five networks of 2,500 to 49,000 parameters on digits and Gaussian data)."""
REDUCED_COPIES = 6
"""G-term, H-term, their sum, the halves that the H-term is made of, and LAPACK's copy."""
SHARES = {"training": 0.3, "objects": 0.15, "one by one": 0.01, "products": 0.8}
"""Shares of a matrix product's speed, in processor seconds on one core. Training in batches of 64: 0.10 at 2,500
parameters, 0.28 at 12,000, 0.35 at 190,000. Eigenvalues of small matrices: 0.07 at order 110, 0.24 at 750. Products
with the Hessian of a single object, which a call each takes: 0.01. With many: 0.8 to 2, as the first layer needs less
than is counted."""


def training_plan(architecture: Architecture, samples: int, epochs: int) -> Plan:
    """Training by Adam: 6 operations a parameter, sample and epoch, a third forward and two thirds back.

    Example:
        >>> training_plan(Architecture((64, 30, 10)), 1000, 10).flops
        133200000.0
    """
    size = architecture.parameters
    what = f"training for {epochs:,} epochs on {samples:,} objects"
    return make_plan([Cost(what, 6.0 * size * samples * epochs, 80 * size, share=SHARES["training"])])


def measuring_plan(
    architecture: Architecture, samples: int, chosen: int, order: int, xp: Namespace | None = None
) -> Plan:
    """Norms of single objects and of the mean Hessian, for the Hessian and its two parts.

    A ReLU network's objects are decomposed, each in a matrix of the reduced order m: 4/3 m³ operations. Other objects
    take Lanczos of their own: 12 operations a parameter and product. So does the mean Hessian, times the objects.

    Args:
        architecture: Widths, bias, activation.
        samples: N.
        chosen: How many objects are measured one by one.
        order: m, see `hessproof.proofs_check.bounding.measured.reduced_order`.
        xp: The array library of the products.

    Example:
        >>> measuring_plan(Architecture((64, 30, 10), activation="relu"), 100, 100, 70).products
        288
    """
    size = architecture.parameters
    held = 8 * (2 * BASIS * size + WORKSPACE)
    what = f"norms of {chosen:,} object{'' if chosen == 1 else 's'}"
    if architecture.activation == "relu":
        flops = PARTS * chosen * 4 / 3 * float(order) ** 3
        # both parts, their sum and what makes them, for all objects of a group
        together = min(chosen, next(groups(architecture, chosen)).stop)
        room = 8 * together * REDUCED_COPIES * order**2
        single = Cost(what, flops, room, share=SHARES["objects"])
    else:
        products = PARTS * chosen * PRODUCTS
        single = Cost(what, 12.0 * size * products, held, share=SHARES["one by one"])
    products = PARTS * PRODUCTS
    mean = Cost(
        f"about {products:,} products with the mean Hessian", 12.0 * samples * size * products, held, products,
        SHARES["products"],
    )  # fmt: skip
    return make_plan([single, mean] if samples > 1 else [single], xp)


def refuse_too_large(architecture: Architecture, plan: Plan, xp: Namespace | None = None) -> None:
    """Refuse a network whose Lanczos vectors would not fit into memory, with the number of parameters that would.

    Raises:
        UnusableRequest: If they would not fit.

    Example:
        >>> small = Architecture((4, 3, 2), activation="relu")
        >>> refuse_too_large(small, measuring_plan(small, 10, 10, 9))
    """
    refuse_if_it_cannot_fit(
        plan,
        f"choose narrower layers than {architecture}",
        cost_of=lambda size: 8 * (2 * BASIS * size + WORKSPACE),
        size_in_words="{size:,} parameters",
        xp=xp,
    )
