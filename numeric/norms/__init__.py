"""Norms of Hessians of ReLU networks with rigorous error bounds: instances, enclosures, exact values."""
