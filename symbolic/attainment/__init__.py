"""Why the witness attains the generic ranks, for all sizes: its blocks, one kind after the other."""
