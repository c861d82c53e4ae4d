"""The register of checks: who can decide which part of which claim, on which engine.

A module of checks says what it offers in a module-level tuple ``CHECKS``; importing it has no other effect.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Iterator

from hessproof.proofs_check.model.check import Check
from hessproof.proofs_check.model.evidence import Engine

HOUSE = "hessproof.proofs_check.checks"


def identity(check: Check) -> str:
    """``claim/part/name``, by which a check is known in reports and across processes.

    Example:
        >>> from hessproof.proofs_check.model.check import FunctionCheck
        >>> identity(FunctionCheck("singh2021.thm3", "main", "derivation", Engine.SYMBOLIC, "…", print, print))
        'singh2021.thm3/main/derivation'
    """
    return f"{check.claim}/{check.part}/{check.name}"


class Registry:
    """Checks by their identity.

    Args:
        *sources: Modules with a tuple ``CHECKS``, or packages of such modules.
    """

    def __init__(self, *sources: str) -> None:
        self._sources = sources
        self._loaded: set[str] = set()
        self._checks: dict[str, Check] = {}

    @property
    def sources(self) -> tuple[str, ...]:
        """What `load` imports; another process that loads the same has the same checks."""
        return self._sources

    def register(self, *checks: Check) -> None:
        """Add checks.

        Raises:
            ValueError: If another check has the same identity.
        """
        for check in checks:
            known = self._checks.setdefault(identity(check), check)
            if known is not check:
                raise ValueError(f"two checks are called {identity(check)}")

    def load(self) -> Registry:
        """Import all sources, once, and register their checks. Returns itself."""
        for source in self._sources:
            if source not in self._loaded:
                self._loaded.add(source)
                package = importlib.import_module(source)
                found = pkgutil.walk_packages(getattr(package, "__path__", ()), f"{source}.")
                for module in (package, *(importlib.import_module(each.name) for each in found)):
                    self.register(*getattr(module, "CHECKS", ()))
        return self

    def __getitem__(self, name: str) -> Check:
        return self._checks[name]

    def __iter__(self) -> Iterator[Check]:
        return (self._checks[name] for name in sorted(self._checks))

    def __len__(self) -> int:
        return len(self._checks)

    def select(self, claims: Collection[str] | None = None, engine: Engine | None = None) -> list[Check]:
        """Checks of the given claims (all if None) on the given engine (any if None), sorted by identity."""
        return [
            check
            for check in self
            if (claims is None or check.claim in claims) and (engine is None or check.engine == engine)
        ]


CHECKS = Registry(HOUSE)
"""The checks of this project; empty until `Registry.load` is called."""
