"""The one error that a person's request can cause, and how its line is kept short."""

from __future__ import annotations

from pathlib import PurePath


class UnusableRequest(ValueError):
    """A request that cannot be carried out as it stands.

    The message is one line made of what was given, what was expected, and what would work. The command line prints
    that line and exits with status 2.

    Args:
        value: What was given, as the person wrote it.
        expected: What would have been acceptable.
        remedy: What to do about it.

    Example:
        >>> raise UnusableRequest("widths '64'", "at least two widths", "write for instance 64-10")
        Traceback (most recent call last):
        ...
        hessproof.symbolic.errors.UnusableRequest: widths '64': expected at least two widths; write for instance 64-10
    """

    def __init__(self, value: str, expected: str, remedy: str) -> None:
        self.value, self.expected, self.remedy = value, expected, remedy
        super().__init__(" ".join(f"{value}: expected {expected}; {remedy}".split()))

    def __reduce__(self) -> tuple[type[UnusableRequest], tuple[str, str, str]]:
        return type(self), (self.value, self.expected, self.remedy)


def short(text: str, limit: int = 40) -> str:
    """A name in quotes, cut if it is long.

    Example:
        >>> short("0.weight"), short("a" * 9, 4)
        ("'0.weight'", "'aaa…'")
    """
    return repr(text if len(text) <= limit else f"{text[: limit - 1]}…")


def short_path(path: str | PurePath, limit: int = 80) -> str:
    """A path, without its beginning if it is long: the name of the file stands at its end.

    Example:
        >>> short_path("weights.npz"), short_path("/a/long/way/to/weights.npz", 12)
        ('weights.npz', '…weights.npz')
    """
    text = str(path)
    return text if len(text) <= limit else f"…{text[len(text) - limit + 1 :]}"
