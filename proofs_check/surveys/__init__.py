"""The survey of measured generic ranks, and its cousin from Taylor coefficients."""
