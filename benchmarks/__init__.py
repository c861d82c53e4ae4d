"""Side-by-side measurements; ``python -m benchmarks`` runs them and writes docs/benchmarks.md."""
