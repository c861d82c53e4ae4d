"""Asking a conjecture for its values: what an answer is, and the evaluator within this process."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from hessproof.proofs_check.conjectures.api import Conjecture
from hessproof.proofs_check.conjectures.description import Description
from hessproof.proofs_check.conjectures.reading import BadValue, shown
from hessproof.symbolic.errors import UnusableRequest

_HARMLESS = frozenset({"__class__", "__doc__", "__module__"})
"""Special attributes that give nothing away; any other, such as ``__dict__``, counts as reading everything."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a conjecture says about one instance.

    Args:
        inside: Whether ``where=`` lets the instance through.
        value: The value, None outside.
        read: Attributes of the description that were read on the way.
    """

    inside: bool
    value: Any
    read: frozenset[str]


class Evaluator(Protocol):
    """Anything that answers for a conjecture."""

    def ask(self, described: Sequence[Description]) -> list[Answer]:
        """One answer for each description.

        Raises:
            UnusableRequest: If the conjecture raises, returns no answer, or does not return.
        """


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a conjecture gave no answer at an instance, in words: what it did, and what it should have done."""

    did: str
    expected: str
    remedy: str

    def at(self, name: str, described: Description) -> UnusableRequest:
        """The refusal that tells the person."""
        return UnusableRequest(f"{name} at {described}: it {self.did}", self.expected, self.remedy)


class Direct:
    """Calls the function in this process: for functions that are trusted, in a notebook or a test.

    Args:
        conjecture: The conjecture.
        reader: Reads what it returns.

    Example:
        >>> from hessproof.proofs_check.conjectures.api import conjecture
        >>> from hessproof.proofs_check.conjectures.reading import read_rank
        >>> @conjecture(rank_of="outer")
        ... def product(a):
        ...     return a.outputs * a.data_rank
        >>> answer = Direct(product, read_rank).ask([Description((2, 3), 2, 3, 1, 1, 0, 3, ())])[0]
        >>> answer.value, sorted(answer.read)
        (6, ['data_rank', 'outputs', 'widths'])
    """

    def __init__(self, conjecture: Conjecture, reader: Callable[[object], Any]) -> None:
        self.conjecture, self.reader = conjecture, reader

    def ask(self, described: Sequence[Description]) -> list[Answer]:
        """One answer for each description."""
        found = []
        for one in described:
            answer = answer_of(self.conjecture, self.reader, one)
            if isinstance(answer, Fault):
                raise answer.at(self.conjecture.statement.name, one)
            found.append(answer)
        return found


def answer_of(conjecture: Conjecture, reader: Callable[[object], Any], described: Description) -> Answer | Fault:
    """The answer at one description, or what went wrong."""
    watched = _watched(described)
    if conjecture.where is not None:
        try:
            inside = conjecture.where(watched)
        except (Exception, SystemExit) as problem:
            return _raised(problem, conjecture.where, " in where=")
        if type(inside).__name__ not in ("bool", "bool_", "BooleanTrue", "BooleanFalse"):
            return Fault(f"got {shown(inside)} from where=", "True or False", "let where= return a comparison")
        if not inside:
            return Answer(False, None, _read(watched))
    try:
        value = conjecture.formula(watched)
    except (Exception, SystemExit) as problem:
        return _raised(problem, conjecture.formula, "")
    try:
        return Answer(True, reader(value), _read(watched))
    except BadValue as problem:
        return Fault(f"returned {problem}", problem.expected, problem.remedy)


def _raised(problem: BaseException, function: Callable[..., Any], where: str) -> Fault:
    """An exception of the user's, with the line of theirs that raised it."""
    frames = traceback.extract_tb(problem.__traceback__)
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    line = next((frame.lineno for frame in reversed(frames) if frame.filename == file), None)
    text = " ".join(str(problem).split())
    message = type(problem).__name__ + (f": {text[:200]}" if text else "")
    place = "" if line is None else f" (line {line})"
    return Fault(
        f"raised {message}{where}{place}", "a value", "mend the function, or leave such instances out by where="
    )


def _watched(described: Description) -> Description:
    """A copy that remembers which of its attributes are read."""
    copy: Description = object.__new__(_watching(type(described)))
    values = object.__getattribute__(copy, "__dict__")
    values.update(described.__dict__)
    values["_attributes_read"] = set()
    return copy


def _read(watched: Description) -> frozenset[str]:
    found: set[str] = object.__getattribute__(watched, "__dict__")["_attributes_read"]
    return frozenset(found)


def _plain(kind: type[Description], values: dict[str, Any]) -> Description:
    """A copy that remembers nothing, since making it counts as reading everything."""
    copy: Description = object.__new__(kind)
    object.__getattribute__(copy, "__dict__").update(values)
    return copy


_WATCHING: dict[type, type[Description]] = {}


def _watching(kind: type[Description]) -> type[Description]:
    if kind in _WATCHING:
        return _WATCHING[kind]

    def remembering(self: Description, name: str) -> Any:
        values = object.__getattribute__(self, "__dict__")
        if not name.startswith("__"):
            values["_attributes_read"].add(name)
        elif name not in _HARMLESS:
            values["_attributes_read"].update(values)
        return object.__getattribute__(self, name)

    def reduced(self: Description, protocol: int) -> tuple[Any, ...]:
        values = dict(object.__getattribute__(self, "__dict__"))
        values.pop("_attributes_read").update(values)
        return _plain, (kind, values)

    special = {"__getattribute__": remembering, "__reduce_ex__": reduced, "__module__": kind.__module__}
    made = type(kind.__name__, (kind,), special)
    return _WATCHING.setdefault(kind, made)
