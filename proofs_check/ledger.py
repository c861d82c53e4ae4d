"""The ledger: the committed file of expected verdicts, for each claim one for each profile.

An entry also keeps the regions where the claim held and failed, and what the claim's verdict is when only the evidence
of one engine counts. All of it is computed by the same rules from the same evidence, so that ``verify --engine E`` has
an exact expectation: fewer engines are not *weaker* than the ledger, they are compared with what that engine gave.

A run is compared only for what was run. A verdict *departs* from the ledger if it is weaker, contradicts it, or has no
entry there; a stronger one agrees, and is worth an update.
"""

from __future__ import annotations

import difflib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.model.evidence import Engine
from hessproof.proofs_check.model.verdict import WEAKEST_FIRST, Verdict
from hessproof.symbolic.errors import UnusableRequest

SCHEMA = "hessproof/ledger/1"
PATH = Path(__file__).with_name("ledger.json")


class Agreement(StrEnum):
    """How a verdict compares with the expected one."""

    SAME = "same"
    STRONGER = "stronger"
    WEAKER = "weaker"
    CONTRADICTS = "contradicts"
    NEW = "new"

    @property
    def agrees(self) -> bool:
        """Whether a run may pass with it."""
        return self in (Agreement.SAME, Agreement.STRONGER)


def compare(expected: Verdict | None, found: Verdict) -> Agreement:
    """How ``found`` compares with ``expected``.

    A claim that falls where none was expected to fall contradicts the ledger even if nothing was decided before: it is
    news that a person must see. Among the verdicts that do not fall, the order is that of the weakest part.

    Example:
        >>> compare(Verdict.CERTIFIED, Verdict.PROVED).value, compare(Verdict.PROVED, Verdict.UNDECIDED).value
        ('stronger', 'weaker')
        >>> compare(Verdict.UNDECIDED, Verdict.REFUTED).value, compare(None, Verdict.PROVED).value
        ('contradicts', 'new')
    """
    if expected is None:
        return Agreement.NEW
    if expected == found:
        return Agreement.SAME
    if found.negative:
        return Agreement.CONTRADICTS
    if expected.negative:
        return Agreement.CONTRADICTS if found.positive else Agreement.WEAKER
    if WEAKEST_FIRST.index(found) < WEAKEST_FIRST.index(expected):
        return Agreement.WEAKER
    return Agreement.STRONGER


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger knows about one claim at one profile.

    Args:
        verdict: The expected verdict.
        holds_on: Regions where it held.
        fails_on: Regions where it failed.
        engines: The verdict from the evidence of one engine alone, for each engine that ran.
    """

    verdict: Verdict
    holds_on: tuple[str, ...] = ()
    fails_on: tuple[str, ...] = ()
    engines: Mapping[Engine, Verdict] = field(default_factory=dict)

    def expected(self, engine: Engine | None = None) -> Verdict | None:
        """The verdict to expect from all engines, or from one; None if that engine never ran."""
        return self.verdict if engine is None else self.engines.get(engine)

    def to_json(self) -> dict[str, Any]:
        """Plain data, with what is empty left out."""
        data: dict[str, Any] = {"verdict": self.verdict.value}
        if self.holds_on:
            data["holds_on"] = list(self.holds_on)
        if self.fails_on:
            data["fails_on"] = list(self.fails_on)
        if self.engines:
            data["engines"] = {engine.value: self.engines[engine].value for engine in sorted(self.engines)}
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Entry:
        """The entry that `to_json` wrote."""
        engines = {Engine(name): Verdict(verdict) for name, verdict in data.get("engines", {}).items()}
        return cls(Verdict(data["verdict"]), tuple(data.get("holds_on", ())), tuple(data.get("fails_on", ())), engines)


class Ledger:
    """Entries by claim and profile.

    Args:
        entries: The entries.

    Example:
        >>> ledger = Ledger({("a.one", Profile.QUICK): Entry(Verdict.PROVED)})
        >>> ledger.entry("a.one", Profile.QUICK).verdict.value, ledger.entry("a.two", Profile.QUICK)
        ('proved', None)
    """

    def __init__(self, entries: Mapping[tuple[str, Profile], Entry] | None = None) -> None:
        self._entries = dict(entries or {})

    @classmethod
    def load(cls, path: Path | None = None) -> Ledger:
        """Read the ledger, by default the one of this project; an absent file is an empty ledger.

        Raises:
            UnusableRequest: If the file is no ledger.
        """
        path = path or PATH
        try:
            claims = json.loads(path.read_text(encoding="utf-8"))["claims"]
            return cls(
                {
                    (claim, Profile(profile)): Entry.from_json(data)
                    for claim, profiles in claims.items()
                    for profile, data in profiles.items()
                }
            )
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UnusableRequest(
                f"ledger {path}", f"a file written by verify --update-ledger, found {error!r}", "restore it"
            ) from None

    def entry(self, claim: str, profile: Profile) -> Entry | None:
        """The entry of a claim at a profile, or None."""
        return self._entries.get((claim, profile))

    def updated(self, profile: Profile, entries: Mapping[str, Entry], *, keep: Iterable[str] | None = None) -> Ledger:
        """A ledger with new entries for one profile.

        Args:
            profile: The profile.
            entries: New entries by claim.
            keep: Claims whose other entries stay; all if None. A run of the whole catalogue gives the catalogue's
                claims, so that rows which no longer exist go.
        """
        kept = None if keep is None else frozenset(keep)
        old = {key: entry for key, entry in self._entries.items() if kept is None or key[0] in kept}
        return Ledger({**old, **{(claim, profile): entry for claim, entry in entries.items()}})

    def dumps(self) -> str:
        """The file's text: sorted by claim, profiles from quick to thorough, one fact a line."""
        claims: dict[str, dict[str, Any]] = {}
        profiles = list(Profile)
        for claim, profile in sorted(self._entries, key=lambda key: (key[0], profiles.index(key[1]))):
            claims.setdefault(claim, {})[profile.value] = self._entries[claim, profile].to_json()
        return json.dumps({"schema": SCHEMA, "claims": claims}, indent=2, ensure_ascii=False) + "\n"

    def diff(self, other: Ledger) -> str:
        """What changes from this ledger to ``other``, as a unified diff; empty if nothing does."""
        lines = difflib.unified_diff(
            self.dumps().splitlines(), other.dumps().splitlines(), "ledger.json", "ledger.json (new)", n=3, lineterm=""
        )
        return "\n".join(lines)

    def save(self, path: Path | None = None) -> None:
        """Write the ledger in one step: the old file stays until the new one is complete.

        Raises:
            UnusableRequest: If the file cannot be written.
        """
        path = path or PATH
        partial = None
        try:
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
            ) as file:
                partial = Path(file.name)
                file.write(self.dumps())
            partial.chmod(path.stat().st_mode if path.exists() else 0o644)
            os.replace(partial, path)
        except OSError as error:
            if partial is not None:
                partial.unlink(missing_ok=True)
            raise UnusableRequest(
                f"ledger {path}", f"a file that can be written ({error.strerror})", "run from a copy that you own"
            ) from None
