"""What a campaign has found so far, counted in the store."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from hessproof.proofs_check.campaigns.rows import AGREES, DISAGREES, VERDICTS
from hessproof.proofs_check.campaigns.store import Store
from hessproof.proofs_check.outputs import Output

SHOWN = 100
"""Rows other than agreeing ones that a report lists; the CSV file has all of them."""


class CampaignRun(Output):
    """One run that worked on a campaign."""

    started: float = Field(description="seconds since 1970")
    seconds: float = Field(description="from the start to the last commit")
    ended: str = Field(description="finished, interrupted, or why it stopped; empty if it was killed or is at work")
    added: int = Field(description="rows that it committed")
    repeated: int = Field(description="rows that it made although another run had committed them")
    processes: int
    scheduler: bool = Field(description="whether its processes were workers of a Dask cluster")
    versions: dict[str, str]


class CampaignGroup(Output):
    """Instances of one depth, without or with bias."""

    layers: int
    bias: bool
    instances: int
    architectures: int
    largest: int = Field(description="largest number of parameters p")
    verdicts: dict[str, int]


class CampaignCase(Output):
    """A row that does not agree, or that nothing predicts."""

    id: str
    verdict: str
    note: str
    reproduce: str = Field(description="the command that does this instance again")


class CampaignOutput(Output):
    """What ``hessproof campaign report --json`` prints."""

    schema_id: Literal["hessproof/campaign/1"] = Field(default="hessproof/campaign/1", alias="schema")
    plan: dict[str, Any]
    text: str = Field(description="the plan in words")
    digest: str = Field(description="SHA-256 of the plan")
    total: int = Field(description="instances of the plan")
    done: int = Field(description="instances with a row")
    architectures: int = Field(description="different architectures among them, without and with bias counted apart")
    exact: int = Field(description="rows whose ranks are all known exactly: lower and upper bound meet")
    verdicts: dict[str, int]
    groups: list[CampaignGroup]
    seconds: float = Field(description="all runs together")
    throughput: float | None = Field(description="rows a second")
    runs: list[CampaignRun]
    others: list[CampaignCase] = Field(description=f"disagreements first, at most {SHOWN} rows that do not agree")

    @property
    def disagreements(self) -> int:
        """Rows that contradict a prediction."""
        return self.verdicts.get(DISAGREES, 0)


def report(store: Store) -> CampaignOutput:
    """Count what is there.

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> from hessproof.proofs_check.campaigns.plan import Plan
        >>> from hessproof.proofs_check.campaigns.run import run_campaign
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "c.sqlite")
        ...     _ = run_campaign(Plan("certify", parameters=3), path, jobs=1)
        ...     with Store.for_reading(path) as store:
        ...         found = report(store)
        >>> found.done, found.architectures, found.exact, found.verdicts
        (9, 9, 9, {'agrees': 9})
    """
    groups = list(_groups(store))
    runs = list(_runs(store))
    verdicts = counted(store)
    exact = store.rows("SELECT coalesce(sum(exact), 0) FROM instances")[0][0]
    seconds, done = sum(run.seconds for run in runs), sum(verdicts.values())
    return CampaignOutput(
        plan=store.plan.to_json(),
        text=store.plan.text,
        digest=store.plan.digest,
        total=store.total,
        done=done,
        architectures=sum(group.architectures for group in groups),
        exact=exact,
        verdicts=verdicts,
        groups=groups,
        seconds=round(seconds, 2),
        throughput=round(done / seconds, 1) if done and seconds else None,
        runs=runs,
        others=list(_others(store)),
    )


def counted(store: Store) -> dict[str, int]:
    """How many rows have each verdict."""
    return _in_order(dict(store.rows("SELECT verdict, count(*) FROM instances GROUP BY verdict")))


def _in_order(counts: dict[str, int]) -> dict[str, int]:
    return {verdict: counts[verdict] for verdict in reversed(VERDICTS) if verdict in counts}


def _groups(store: Store) -> Iterator[CampaignGroup]:
    query = (
        "SELECT layers, bias, verdict, count(*), max(parameters) FROM instances "
        "GROUP BY layers, bias, verdict ORDER BY bias, layers"
    )
    architectures = {
        (layers, bias): count
        for layers, bias, count in store.rows(
            "SELECT layers, bias, count(DISTINCT widths) FROM instances GROUP BY layers, bias"
        )
    }
    found: dict[tuple[int, int], dict[str, int]] = {}
    largest: dict[tuple[int, int], int] = {}
    for layers, bias, verdict, count, parameters in store.rows(query):
        found.setdefault((layers, bias), {})[verdict] = count
        largest[layers, bias] = max(parameters, largest.get((layers, bias), 0))
    for (layers, bias), verdicts in found.items():
        yield CampaignGroup(
            layers=layers,
            bias=bool(bias),
            instances=sum(verdicts.values()),
            architectures=architectures[layers, bias],
            largest=largest[layers, bias],
            verdicts=_in_order(verdicts),
        )


def _runs(store: Store) -> Iterator[CampaignRun]:
    query = "SELECT started, last, ended, added, repeated, processes, scheduler, versions FROM runs ORDER BY run"
    for started, last, ended, added, repeated, processes, scheduler, versions in store.rows(query):
        yield CampaignRun(
            started=round(started, 3),
            seconds=round(last - started, 2),
            ended=ended,
            added=added,
            repeated=repeated,
            processes=processes,
            scheduler=bool(scheduler),
            versions=json.loads(versions),
        )


def _others(store: Store) -> Iterator[CampaignCase]:
    order = " ".join(f"WHEN '{verdict}' THEN {place}" for place, verdict in enumerate(VERDICTS))
    query = (
        f"SELECT id, verdict, note, reproduce FROM instances WHERE verdict != ? "
        f"ORDER BY CASE verdict {order} END, number LIMIT ?"
    )
    for name, verdict, note, again in store.rows(query, AGREES, SHOWN):
        yield CampaignCase(id=name, verdict=verdict, note=note, reproduce=again)
