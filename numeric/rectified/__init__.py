"""Exact Hessians of rectified networks, and ball arithmetic for smooth ones."""
