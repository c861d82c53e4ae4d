"""Norm bounds and sample sizes of one network, beside what is measured (``hessproof bound``).

Example:
    >>> from hessproof.proofs_check.bounding import NetworkRequest, bound_network
    >>> found = bound_network(NetworkRequest("3-4-2", samples=6))
    >>> found.holds, sorted(found.measured)
    (True, ['functional', 'loss', 'outer'])
"""

from __future__ import annotations

from hessproof.proofs_check.bounding.network import Network, NetworkRequest
from hessproof.proofs_check.bounding.record import BoundOutput
from hessproof.proofs_check.bounding.run import SizeRequest, bound_network, bounds_of

__all__ = ["BoundOutput", "Network", "NetworkRequest", "SizeRequest", "bound_network", "bounds_of"]
