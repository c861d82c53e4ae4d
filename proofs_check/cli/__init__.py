"""The command line: ``hessproof verify``, ``claims``, ``explain``, ``rank``."""
