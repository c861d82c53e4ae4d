"""Opening a user's binary files: plain or gzipped, whole or refused in one line."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from hessproof.symbolic.errors import UnusableRequest

AGAIN = "fetch it again from where the data set is published"
_GZIP = b"\x1f\x8b"


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes; unpacked on the way if it is gzipped, whatever its name says.

    Raises:
        UnusableRequest: If it cannot be read, or what is packed is damaged or ends too early.
    """
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == _GZIP
            plain.seek(0)
            yield cast(BinaryIO, gzip.GzipFile(fileobj=plain)) if packed else plain
    except EOFError:
        raise UnusableRequest(f"data file {path.name!r}", "a whole gzip file; this one is truncated", AGAIN) from None
    except (gzip.BadGzipFile, zlib.error):
        raise UnusableRequest(f"data file {path.name!r}", "an intact gzip file; this one is damaged", AGAIN) from None
    except OSError as error:
        raise UnusableRequest(
            f"data file {path.name!r} ({error.strerror or error})", "a file that can be read", "see who may read it"
        ) from None


def read_up_to(stream: BinaryIO, count: int) -> bytes:
    """At most ``count`` bytes, in pieces, so that a wrong count in a header costs no memory."""
    pieces: list[bytes] = []
    while count > 0:
        piece = stream.read(min(count, 1 << 22))
        if not piece:
            break
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)
