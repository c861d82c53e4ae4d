"""Where a conjecture is attacked: one module for each kind of network or quantity."""
