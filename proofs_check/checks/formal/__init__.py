"""Checks by Coq: theorems for all sizes that its kernel has checked."""
