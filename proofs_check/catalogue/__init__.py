"""The catalogue: every claim that the project referees, by its permanent id, in the order of the papers."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from hessproof.proofs_check.catalogue import kiselev2024, pennington2017, repairs, singh2021
from hessproof.proofs_check.model.claim import Claim
from hessproof.symbolic.errors import UnusableRequest


@dataclass(frozen=True, slots=True)
class Paper:
    """A source of claims.

    Args:
        key: First half of its claims' ids.
        citation: Authors, year and title.
        url: Where to read it, empty for the project's own statements.
    """

    key: str
    citation: str
    url: str


PAPERS: dict[str, Paper] = {
    paper.key: paper
    for paper in (
        Paper(
            "singh2021",
            "S. P. Singh, G. Bachmann, T. Hofmann (2021), Analytic insights into structure and rank of neural network "
            "Hessian maps",
            "https://arxiv.org/abs/2106.16225",
        ),
        Paper(
            "kiselev2024",
            "N. Kiselev, A. Grabovoy (2024), Unraveling the Hessian: a key to smooth convergence in loss function "
            "landscapes",
            "https://arxiv.org/abs/2409.11995",
        ),
        Paper(
            "pennington2017",
            "J. Tanner, Random DNN training landscape: Hessian eigenvalues (lecture C6.5, video 8), after J. "
            "Pennington, Y. Bahri (2017), Geometry of neural network loss surfaces via random matrix theory",
            "http://proceedings.mlr.press/v70/pennington17a.html",
        ),
        Paper("hessproof", "Statements of this project, which amend published ones", ""),
    )
}
"""The sources, by key."""

CLAIMS: dict[str, Claim] = {
    item.id: item for item in (*singh2021.CLAIMS, *kiselev2024.CLAIMS, *pennington2017.CLAIMS, *repairs.CLAIMS)
}
"""All claims, by id."""


def claim(id: str) -> Claim:
    """The claim with this id.

    Raises:
        UnusableRequest: If there is none; the message names the ids that come closest.

    Example:
        >>> claim("singh2021.fact7").where
        'Fact 7'
        >>> try:
        ...     claim("fact7")
        ... except UnusableRequest as refusal:
        ...     print(refusal.remedy)
        did you mean singh2021.fact7? 'hessproof claims' lists all
    """
    found = CLAIMS.get(id)
    if found is None:
        raise UnusableRequest(f"claim {id!r}", "the id of a claim", f"{_suggestion(id)}'hessproof claims' lists all")
    return found


def papers() -> tuple[Paper, ...]:
    """The sources, in the order of the catalogue.

    Example:
        >>> [paper.key for paper in papers()]
        ['singh2021', 'kiselev2024', 'pennington2017', 'hessproof']
    """
    return tuple(PAPERS.values())


def claims_of(paper: str) -> tuple[Claim, ...]:
    """The claims of one source, in its order.

    Raises:
        UnusableRequest: If there is no such source.

    Example:
        >>> len(claims_of("singh2021"))
        47
    """
    if paper not in PAPERS:
        raise UnusableRequest(f"paper {paper!r}", f"one of {', '.join(PAPERS)}", "give one of these")
    return tuple(item for item in CLAIMS.values() if item.paper == paper)


def amended_by(id: str) -> tuple[str, ...]:
    """Ids of the claims that repair this one.

    Example:
        >>> amended_by("singh2021.thm3")
        ('hessproof.outer_rank',)
    """
    return tuple(item.id for item in CLAIMS.values() if item.repairs == id)


def _suggestion(id: str) -> str:
    """'did you mean …? ' for ids close to ``id``, which may lack its paper; empty if none is close."""
    shown = id[:60]
    near = [known for known in CLAIMS if known.partition(".")[2] == shown]
    near += [known for known in get_close_matches(shown, CLAIMS, n=3) if known not in near]
    if not near:
        return ""
    return f"did you mean {', '.join(near[:-1])}{' or ' if near[:-1] else ''}{near[-1]}? "


__all__ = ["CLAIMS", "PAPERS", "Paper", "amended_by", "claim", "claims_of", "papers"]
