"""A figure redone, as one object: what was asked, the numbers, and what the two were made with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.outputs import Output
from hessproof.proofs_check.report.model import Environment, Figure


class Reproduction(Output):
    """What ``hessproof reproduce --json`` prints."""

    schema_id: Literal["hessproof/reproduce/1"] = Field(default="hessproof/reproduce/1", alias="schema")
    figure: str = Field(description="the figure's number in the paper")
    title: str
    command: str = Field(description="the command that makes this again")
    data: str | None = Field(description="name of the data set; null if the figure uses none")
    samples: int | None = Field(description="samples that the figure could use; null without data")
    inputs: int | None = Field(description="d; null without data")
    outputs: int | None = Field(description="K; null without data")
    profile: Profile
    seed: int
    seconds: float = Field(description="wall time; of a resumed run, the time since it was resumed")
    reused: int = Field(description="pieces that an earlier, stopped run had left")
    environment: Environment
    panels: list[Figure]
    files: list[str] = Field(description="names of the files that were written")
