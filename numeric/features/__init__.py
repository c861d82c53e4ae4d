"""Image features as inputs, from a file or from a vision transformer."""
