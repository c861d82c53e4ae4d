"""Generic ranks where the weights have prescribed ranks."""
