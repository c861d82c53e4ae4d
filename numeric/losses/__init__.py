"""Exact Hessians of linear networks under cross-entropy and log-cosh."""
