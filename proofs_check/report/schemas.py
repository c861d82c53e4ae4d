"""The published JSON schemas: what ``report.json``, the ``--json`` outputs, certificates and the ledger look like.

``python -m hessproof.proofs_check.report.schemas docs/schemas`` writes them; with ``--check`` it writes nothing and
fails, naming the files, if those that are there are stale.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from hessproof.proofs_check.bounding.record import BoundOutput
from hessproof.proofs_check.campaigns.report import CampaignOutput
from hessproof.proofs_check.certificates.format import ArchitectureCertificate, InstanceCertificate
from hessproof.proofs_check.certificates.record import CertifyOutput
from hessproof.proofs_check.model.check import Profile
from hessproof.proofs_check.model.evidence import Engine
from hessproof.proofs_check.model.verdict import Verdict
from hessproof.proofs_check.outputs import ClaimList, ConjectureOutput, RankOutput
from hessproof.proofs_check.report.model import Report
from hessproof.proofs_check.reproduction.result import Reproduction
from hessproof.proofs_check.spectra.model_output import ModelSpectrumOutput
from hessproof.proofs_check.spectra.output import SpectrumOutput

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class LedgerEntry(BaseModel):
    """What is expected of one claim at one profile."""

    model_config = ConfigDict(extra="forbid")

    verdict: Verdict
    holds_on: list[str] = Field(default_factory=list)
    fails_on: list[str] = Field(default_factory=list)
    engines: dict[Engine, Verdict] = Field(default_factory=dict, description="the verdict from one engine alone")


class LedgerFile(BaseModel):
    """The committed file of expected verdicts."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    schema_id: Literal["hessproof/ledger/1"] = Field(alias="schema")
    claims: dict[str, dict[Profile, LedgerEntry]] = Field(description="claim → profile → entry")


MODELS: dict[str, type[BaseModel]] = {
    "report": Report,
    "claims": ClaimList,
    "rank": RankOutput,
    "reproduce": Reproduction,
    "spectrum": SpectrumOutput,
    "model-spectrum": ModelSpectrumOutput,
    "bound": BoundOutput,
    "campaign": CampaignOutput,
    "certify": CertifyOutput,
    "conjecture": ConjectureOutput,
    "certificate-instance": InstanceCertificate,
    "certificate-architecture": ArchitectureCertificate,
    "ledger": LedgerFile,
}
"""The record behind each schema."""
_READ = ("certificate-instance", "certificate-architecture", "ledger")
"""Files rather than outputs: fields that have a default may be left out."""


def schema(name: str) -> dict[str, Any]:
    """The schema called ``name``, one of `MODELS`.

    Example:
        >>> schema("report")["properties"]["schema"]["const"]
        'hessproof/report/1'
    """
    mode: Literal["validation", "serialization"] = "validation" if name in _READ else "serialization"
    return {"$schema": DIALECT, **MODELS[name].model_json_schema(mode=mode, by_alias=True)}


def texts() -> dict[str, str]:
    """File name → content of every schema."""
    return {
        f"{name}.schema.json": json.dumps(schema(name), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        for name in MODELS
    }


def stale(folder: Path) -> list[str]:
    """Names of files in ``folder`` that are absent, differ from the schemas, or belong to none."""
    wanted = texts()
    present = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.json"))}
    return [name for name in sorted({*wanted, *present}) if wanted.get(name) != present.get(name)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the schemas, or check them; 1 if ``--check`` finds stale ones."""
    parser = argparse.ArgumentParser(prog="python -m hessproof.proofs_check.report.schemas", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the schemas lie")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is stale")
    options = parser.parse_args(arguments)
    if options.check:
        names = stale(options.folder)
        if names:
            print(f"stale in {options.folder}: {', '.join(names)}; run this again without --check", file=sys.stderr)
        return 1 if names else 0
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts().items():
        (options.folder / name).write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
