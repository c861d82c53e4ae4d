"""Data and matrix words of networks with bias, and the network without bias on centred data."""
