"""Which checked derivations say that no parameter exceeds a formula, so that one witness decides a case for good."""

from __future__ import annotations


def bounded(name: str, key: str) -> bool:
    return False
