"""Machine-checked proofs: a Coq development in ``theories/``, compiled and audited from here.

``theories/`` is the library and ``theories/paper/`` has one file for each statement of Singh et al. 2021.
"""
