"""Readers of the published image data sets from a folder that the user has; none of them unpickles anything.

Example:
    >>> from hessproof.numeric.loaders import load_data
    >>> load_data("digits", inputs=16).inputs.shape
    (1797, 16)
"""

from __future__ import annotations

from hessproof.numeric.loaders.load import load_data

__all__ = ["load_data"]
