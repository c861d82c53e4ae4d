"""The checks of the catalogue: importing a module of this package registers what it can decide.

No mathematics of their own: each calls a route of ``symbolic`` or ``numeric``, compares, and counts.
"""
