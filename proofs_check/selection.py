"""From what a person asked for to claims and checks, with suggestions where a name is unknown."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from hessproof.proofs_check.model.check import Check, Profile
from hessproof.proofs_check.model.claim import Claim
from hessproof.proofs_check.model.evidence import Engine
from hessproof.proofs_check.registry import Registry
from hessproof.symbolic.errors import UnusableRequest

DEVICES = ("cpu", "cuda", "auto")
"""Where array kernels can run."""


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Known names that ``name`` may have meant, best first: the same last part, then similar spelling.

    Example:
        >>> nearest("thm5", ["singh2021.thm3", "singh2021.thm5"])
        ['singh2021.thm5']
        >>> nearest("singh2021.thm33", ["singh2021.thm3", "pennington2017.energy"])
        ['singh2021.thm3']
    """
    names = list(known)
    same_end = [each for each in names if each.rpartition(".")[2].lower() == name.rpartition(".")[2].lower()]
    lower = {each.lower(): each for each in names}
    alike = [lower[each] for each in difflib.get_close_matches(name.lower(), lower, n=count, cutoff=0.6)]
    return list(dict.fromkeys(same_end or alike))[:count]


def one_of(kind: str, name: str, known: Sequence[str], remedy: str) -> str:
    """``name`` if it is known.

    Args:
        kind: What is named, as in ``"profile"``.
        name: What was given.
        known: What there is.
        remedy: What to do where nothing known is near.

    Raises:
        UnusableRequest: If it is not known, with the nearest names.

    Example:
        >>> one_of("profile", "quik", ["quick", "standard"], "give --profile standard")
        Traceback (most recent call last):
        ...
        hessproof.symbolic.errors.UnusableRequest: profile 'quik': expected quick or standard; did you mean quick?
    """
    if name in known:
        return name
    guesses = nearest(name, known)
    shown = name if len(name) <= 60 else f"{name[:59]}…"
    expected = alternatives(known) if len(known) <= 8 else f"one of {len(known)} names"
    raise UnusableRequest(
        f"{kind} {shown!r}", expected, f"did you mean {alternatives(guesses)}?" if guesses else remedy
    )


def alternatives(names: Sequence[str]) -> str:
    """``a, b or c``."""
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def choose_profile(name: str) -> Profile:
    """The profile of that name.

    Raises:
        UnusableRequest: If there is none.
    """
    return Profile(one_of("profile", name, [profile.value for profile in Profile], "give --profile standard"))


def choose_engine(name: str) -> Engine:
    """The engine of that name.

    Raises:
        UnusableRequest: If there is none.
    """
    return Engine(one_of("engine", name, [engine.value for engine in Engine], "give --engine exact"))


def choose_device(name: str) -> str:
    """The device of that name; whether it is there is found out when it is used.

    Raises:
        UnusableRequest: If there is none.
    """
    return one_of("device", name, DEVICES, "give --device cpu")


def choose_place(device: str | None, engine: Engine | None) -> str:
    """Where array kernels of a run are to work: the device that was asked for, or else what the engine needs.

    Without CUDA the checks of the engine ``gpu`` are *not checked*; only a device that was asked for is refused.

    Args:
        device: A device of `DEVICES`, or None if nothing was asked for.
        engine: The only engine wanted, or None for all.

    Raises:
        UnusableRequest: If the device does not suit the engine, or is ``cuda`` and cannot be used here.

    Example:
        >>> choose_place(None, None), choose_place(None, Engine.GPU)
        ('cpu', 'cuda')
    """
    from hessproof.numeric.arrays import namespace

    if engine is Engine.GPU and device == "cpu":
        raise UnusableRequest("engine 'gpu' with --device cpu", "--device cuda", "leave --device out")
    if device == "cuda":
        namespace("cuda")
    return device or ("cuda" if engine is Engine.GPU else "cpu")


def choose_claims(
    catalogue: Mapping[str, Claim], names: Sequence[str] = (), paper: str | None = None
) -> dict[str, Claim]:
    """The claims asked for, in the order of the catalogue; all of them if nothing is asked for.

    Raises:
        UnusableRequest: If a claim or paper is unknown, or a claim is not of the paper.
    """
    chosen = {one_of("claim", name, list(catalogue), "see hessproof claims") for name in names}
    if paper is not None:
        papers = list(dict.fromkeys(claim.paper for claim in catalogue.values()))
        one_of("paper", paper, papers, f"give --paper {papers[0]}" if papers else "leave --paper out")
        for name in sorted(chosen):
            if catalogue[name].paper != paper:
                raise UnusableRequest(
                    f"claim {name!r} with --paper {paper}", f"a claim of {paper}", "leave --paper or the claim out"
                )
    return {
        name: claim
        for name, claim in catalogue.items()
        if (not chosen or name in chosen) and (paper is None or claim.paper == paper)
    }


def choose_checks(
    claims: Mapping[str, Claim], registry: Registry, engine: Engine | None, *, named: bool
) -> tuple[dict[str, Claim], list[Check]]:
    """The checks of the chosen claims; with an engine, only the claims that have a check on it remain.

    Args:
        claims: The chosen claims.
        registry: All checks, loaded.
        engine: The only engine wanted, or None for all.
        named: Whether the person named claims; then each must have a check on the engine.

    Raises:
        UnusableRequest: If no check of a named claim, or of any claim at all, runs on the engine.
    """
    checks = registry.select(claims, engine)
    if engine is None:
        return dict(claims), checks
    remaining = {name: claim for name, claim in claims.items() if any(check.claim == name for check in checks)}
    for name in claims:
        if named and name not in remaining:
            engines = sorted({check.engine.value for check in registry.select([name])})
            remedy = f"give --engine {engines[0]}" if engines else "leave --engine out"
            raise UnusableRequest(
                f"engine {engine.value!r} for {name}", alternatives(engines) if engines else "no engine yet", remedy
            )
    if not remaining:
        engines = sorted({check.engine.value for check in registry.select(claims)})
        raise UnusableRequest(
            f"engine {engine.value!r}",
            alternatives(engines) if engines else "no engine yet",
            "leave --engine out" if not engines else f"give --engine {engines[0]}",
        )
    return remaining, checks
