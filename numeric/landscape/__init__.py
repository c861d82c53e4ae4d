"""Training with Adam and the loss of a growing sample at the trained parameters (Kiselev & Grabovoy 2024, §5)."""
