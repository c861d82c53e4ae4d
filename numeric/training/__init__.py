"""Initialisations, gradient flow and gradient descent."""
