"""Readers of the published image data sets from a folder that the user has."""
