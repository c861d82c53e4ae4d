"""Finished pieces of long computations, kept so that an interrupted one can go on."""

from __future__ import annotations

from hessproof.proofs_check.resuming.interrupt import Interrupted, resumable
from hessproof.proofs_check.resuming.keys import digest
from hessproof.proofs_check.resuming.store import Store

__all__ = ["Interrupted", "Store", "digest", "resumable"]
