"""Numeric criteria of the experimental claims, with their seeds: fixed before the runs that they judge.

One module a topic, each with a tuple ``CRITERIA``.
"""
