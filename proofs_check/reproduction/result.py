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
    data: str = Field(description="name of the data set")
    samples: int = Field(description="samples that the figure could use")
    inputs: int = Field(description="d")
    outputs: int = Field(description="K")
    profile: Profile
    seed: int
    seconds: float = Field(description="wall time; of a resumed run, the time since it was resumed")
    reused: int = Field(description="pieces that an earlier, stopped run had left")
    environment: Environment
    panels: list[Figure]
    files: list[str] = Field(description="names of the files that were written")
