"""The ranks of one network, measured and compared with what the project predicts: what ``hessproof rank`` does."""

from __future__ import annotations

from hessproof.proofs_check.ranking.network import rank_network
from hessproof.proofs_check.ranking.request import DataRequest

__all__ = ["DataRequest", "rank_network"]
