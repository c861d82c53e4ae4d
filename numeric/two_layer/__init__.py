"""Hessians of two-layer networks of equal widths, part by part."""
