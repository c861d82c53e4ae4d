"""The search for counterexamples: exact points, special weights, shrinking, confirmation."""
