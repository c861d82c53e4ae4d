"""Which space of instances a statement is about."""

from __future__ import annotations

import importlib
from typing import Any

from hessproof.proofs_check.conjectures.api import NORMS, Statement
from hessproof.proofs_check.conjectures.spaces.protocol import Space


def module_of(statement: Statement) -> str:
    """Name of the module whose ``space(statement)`` makes the space.

    Example:
        >>> module_of(Statement("f", "loss", "==", "generic", False, "linear", "mse"))
        'linear'
    """
    if statement.quantity in NORMS:
        return "norms"
    if statement.activation == "linear":
        return "linear" if statement.loss == "mse" else "losses"
    return "relu" if statement.activation in ("relu", "leaky-relu") else "smooth"


def space_of(statement: Statement) -> Space[Any]:
    """The space of a statement.

    Raises:
        UnusableRequest: If the space cannot do what the statement asks for.
    """
    module = importlib.import_module(f"hessproof.proofs_check.conjectures.spaces.{module_of(statement)}")
    made: Space[Any] = module.space(statement)
    return made
