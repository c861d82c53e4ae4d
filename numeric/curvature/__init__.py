"""Norms and top eigenspaces of Hessians of real networks, from Hessian-vector products."""
