"""What a pickle describes, read without running anything: names of functions stay names.

Python's own reader imports and calls whatever a pickle names. This one knows the few instructions that PyTorch writes,
takes them one by one from :func:`pickletools.genops`, and builds plain values. A call becomes a value only if its name
is in the table that the reader is given; any other name is refused and shown.

A small pickle could ask for much. So keys of dictionaries are text or numbers, for a nested tuple could take as long to
hash as its writer liked; there are few numbers among them, for numbers can be chosen to have equal hashes; and the
length of a pickle and of all that it gives to calls is limited.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any


class ForeignCallError(Exception):
    """The pickle calls, or builds, something that the reader does not know; the message is its name."""


class DamagedPickleError(Exception):
    """The bytes are no pickle, or one that PyTorch does not write."""


@dataclass(frozen=True, slots=True)
class Name:
    """A function or class that a pickle names; nothing is imported.

    Args:
        module: Where it is said to be.
        name: What it is said to be called.
    """

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


Call = Callable[..., Any]
Persistent = Callable[[Any], Any]

_CONSTANTS: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None, "NEWTRUE": lambda: True, "NEWFALSE": lambda: False, "EMPTY_DICT": dict, "EMPTY_LIST": list,
    "EMPTY_TUPLE": tuple,
}  # fmt: skip
_LITERALS = frozenset(
    [
        "BININT",
        "BININT1",
        "BININT2",
        "LONG1",
        "BINFLOAT",
        "BINUNICODE",
        "SHORT_BINUNICODE",
        "SHORT_BINBYTES",
        "BINBYTES",
        "SHORT_BINSTRING",
        "BINSTRING",
    ]
)
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_SILENT = frozenset(("PROTO", "FRAME"))
_KEYS = (str, int, float, bytes, type(None))
LONGEST = 1 << 21
"""Bytes of a pickle. A tensor takes about 200: this is enough for 10,000 of them, and a few seconds of reading."""
MOST_NUMBERS = 10_000
"""Keys that are no text, in all dictionaries together."""
MOST_GIVEN = 1 << 20
"""Lengths of everything that is given to calls, added up: a call may copy what it is given."""


class PickleReader:
    r"""A reader of pickles that calls nothing but what it is given.

    Args:
        calls: What stands in for each function that the pickle may call, by ``module.name``.
        names: Names that may stand in the pickle as values without being called.
        persistent: What a persistent identifier stands for.

    Example:
        >>> import io, pickle
        >>> PickleReader({}, frozenset(), lambda identifier: identifier).read(io.BytesIO(pickle.dumps({"a": (1, 2.5)})))
        {'a': (1, 2.5)}
        >>> PickleReader({}, frozenset(), lambda identifier: identifier).read(io.BytesIO(b"cos\nsystem\n(S'ls'\ntR."))
        Traceback (most recent call last):
        ...
        hessproof.numeric.weights.pickles.ForeignCallError: os.system
    """

    def __init__(self, calls: Mapping[str, Call], names: frozenset[str], persistent: Persistent) -> None:
        self.calls, self.names, self.persistent = calls, names, persistent

    def read(self, stream: IO[bytes]) -> Any:
        """The value that the next pickle in the stream describes.

        Raises:
            ForeignCallError: If it names a function or class that is not known.
            DamagedPickleError: If it is cut, malformed, or no pickle of plain values and known calls.
        """
        try:
            return _Run(self).value(stream)
        except (ForeignCallError, DamagedPickleError):
            raise
        except Exception as error:  # malformed instructions end in many kinds of exceptions
            raise DamagedPickleError(type(error).__name__) from None


class _Run:
    """The stack of one pickle."""

    def __init__(self, reader: PickleReader) -> None:
        self.reader = reader
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}
        self.numbers, self.given = 0, 0

    def value(self, stream: IO[bytes]) -> Any:
        end = stream.tell() + LONGEST
        for instruction, argument, place in pickletools.genops(stream):
            if (place or 0) > end:
                raise DamagedPickleError(f"more than {LONGEST} bytes")
            if instruction.name == "STOP":
                (found,) = self.stack
                return found
            self.step(instruction.name, argument)
        raise DamagedPickleError("no end")

    def step(self, name: str, argument: Any) -> None:
        if name in _LITERALS:
            self.stack.append(argument)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name]())
        elif name in _TUPLES:
            self.stack.append(tuple(self.last(_TUPLES[name])))
        elif name in ("BINPUT", "LONG_BINPUT", "MEMOIZE"):
            self.memo[len(self.memo) if name == "MEMOIZE" else argument] = self.stack[-1]
        elif name in ("BINGET", "LONG_BINGET"):
            self.stack.append(self.memo[argument])
        elif name == "MARK":
            self.marks.append(len(self.stack))
        elif name not in _SILENT:
            self.build(name, argument)

    def build(self, name: str, argument: Any) -> None:
        if name == "TUPLE":
            self.stack.append(tuple(self.marked()))
        elif name in ("APPEND", "APPENDS"):
            items = self.last(1) if name == "APPEND" else self.marked()
            self.top(list).extend(items)
        elif name in ("SETITEM", "SETITEMS"):
            items = self.last(2) if name == "SETITEM" else self.marked()
            self.set(items)
        elif name == "BUILD":  # attributes of a dictionary, such as its _metadata
            self.stack.pop()
            self.top(dict)
        elif name in ("GLOBAL", "STACK_GLOBAL", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX"):
            self.name(name, argument)
        elif name == "REDUCE":
            function, arguments = self.last(2)
            self.stack.append(self.call(function, arguments))
        elif name == "BINPERSID":
            identifier = self.stack.pop()
            self.count(identifier)
            self.stack.append(self.reader.persistent(identifier))
        else:
            raise DamagedPickleError(name)

    def name(self, instruction: str, argument: Any) -> None:
        if instruction in ("OBJ", "NEWOBJ", "NEWOBJ_EX"):
            raise DamagedPickleError(instruction)
        module, _, name = argument.partition(" ") if argument is not None else (None, None, None)
        if instruction == "STACK_GLOBAL":
            module, name = self.last(2)
        found = Name(_text(module), _text(name))
        if instruction == "INST" or (str(found) not in self.reader.calls and str(found) not in self.reader.names):
            raise ForeignCallError(str(found))
        self.stack.append(found)

    def call(self, function: Any, arguments: Any) -> Any:
        if not isinstance(function, Name) or not isinstance(arguments, tuple):
            raise DamagedPickleError("a call of what is no function")
        if str(function) not in self.reader.calls:
            raise ForeignCallError(str(function))
        for thing in (arguments, *arguments):
            self.count(thing)
        return self.reader.calls[str(function)](*arguments)

    def count(self, given: Any) -> None:
        self.given += len(given) if isinstance(given, str | bytes | tuple | list | dict) else 1
        if self.given > MOST_GIVEN:
            raise DamagedPickleError("calls with too much")

    def set(self, items: list[Any]) -> None:
        target, keys = self.top(dict), items[::2]
        if len(items) % 2 or not all(isinstance(key, _KEYS) for key in keys):
            raise DamagedPickleError("a key that is neither text nor number")
        self.numbers += sum(not isinstance(key, str) for key in keys)
        if self.numbers > MOST_NUMBERS:
            raise DamagedPickleError("too many keys that are no text")
        target.update(zip(keys, items[1::2], strict=True))

    def top(self, kind: type) -> Any:
        if not isinstance(self.stack[-1], kind):
            raise DamagedPickleError(f"no {kind.__name__} where one should be")
        return self.stack[-1]

    def last(self, count: int) -> list[Any]:
        found = self.stack[-count:]
        if len(found) < count:
            raise DamagedPickleError("an empty stack")
        del self.stack[-count:]
        return found

    def marked(self) -> list[Any]:
        start = self.marks.pop()
        found = self.stack[start:]
        del self.stack[start:]
        return found


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise DamagedPickleError("a name that is no text")
    return value
