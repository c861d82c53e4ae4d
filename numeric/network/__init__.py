"""Hessians of networks with any activation, bias and loss, in floating point."""
