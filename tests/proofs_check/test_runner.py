"""The runner: same evidence in one process or two, whole or not at all."""

from __future__ import annotations

import importlib
import json
import multiprocessing
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from hessproof.proofs_check.ledger import Entry, Ledger
from hessproof.proofs_check.model.check import Context, Profile
from hessproof.proofs_check.model.claim import Claim, Part, Quantifier
from hessproof.proofs_check.model.evidence import Engine
from hessproof.proofs_check.model.verdict import Verdict
from hessproof.proofs_check.registry import CHECKS, Registry, identity
from hessproof.proofs_check.runner import Interrupted, Progress, Settings, run_checks
from hessproof.proofs_check.verification import updated_ledger, verify
from hessproof.symbolic.errors import UnusableRequest

SOURCE = """
import os, random
from hessproof.proofs_check.model.check import Counter, Finding, FunctionCheck, Unavailable
from hessproof.proofs_check.model.evidence import Engine, Mutant, Strength, Tally
from hessproof.proofs_check.model.claim import Part, Quantifier
from hessproof.proofs_check.model.verdict import published_regions
from hessproof.proofs_check.versions import version_of
from hessproof.proofs_check.selection import alternatives

ONE = Tally(tried=1, satisfied=1, held=1)
PART = Part("main", "x", "x", Quantifier.EVERY)
CONTROL = (Mutant(description="x + 1", caught=True, by="2-2"),)


def shared(context):
    return context.shared("number", lambda: (os.getpid(), random.Random(context.seed_for("number")).random()))


def derive(context):
    return Finding(Strength.PROOF, "all sizes", ONE, controls=CONTROL)


def measure(context):
    pid, number = shared(context)
    figure = {"id": "one", "title": "t", "caption": "c", "x_label": "x", "y_label": "y",
              "series": [{"name": "s", "x": [1.0], "y": [number], "style": "measured"}]}
    return Finding(Strength.CERTIFICATE, "all", ONE, controls=CONTROL,
                   details={"number": number, "elsewhere": pid != os.getpid(), "figures": [figure]})


def absent(context):
    raise Unavailable("no such machine; plug one in")


def wrong(context):
    raise ArithmeticError("this check is broken")


def stopped(context):
    raise KeyboardInterrupt


def die(context):
    os._exit(9)


def statement():
    return published_regions(PART)


def decide():
    statement()
    return alternatives(["a", "b"])


def check(part, name, engine, work, demonstrate, prepare=None, claim="test.one", **more):
    return FunctionCheck(claim, part, name, engine, "the idea of " + name, work, demonstrate, prepare, **more)


CHECKS = (
    check("main", "derivation", Engine.SYMBOLIC, derive, lambda: version_of("numpy")),
    check("main", "measurement", Engine.EXACT, measure, lambda: alternatives(["a", "b"]), shared),
    check("main", "device", Engine.GPU, absent, lambda: None),
    check("side", "measurement", Engine.EXACT, measure, decide, shared, statement=statement),
    check("side", "unstated", Engine.EXACT, derive, decide),
    check("main", "broken", Engine.EXACT, wrong, lambda: None, claim="test.broken"),
    check("main", "stopped", Engine.EXACT, stopped, lambda: None, claim="test.stopped"),
    check("main", "dead", Engine.EXACT, die, lambda: None, claim="test.dead"),
)
"""


def claim(name: str, *keys: str) -> Claim:
    parts = tuple(Part(key, "x", "x", Quantifier.EVERY) for key in keys)
    return Claim(
        name, "test", "§1", "“x”", "x = x", "x is x", parts, repairs="test.one" if name == "test.two" else None
    )


CATALOGUE = {
    each.id: each
    for each in (
        claim("test.one", "main", "side"),
        claim("test.two", "main"),
        claim("test.broken", "main"),
        claim("test.stopped", "main"),
        claim("test.dead", "main"),
    )
}
SETTINGS = Settings(Profile.QUICK, 7)


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "made_checks.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(str(tmp_path / "code"))
    importlib.invalidate_caches()
    yield Registry("made_checks").load()
    sys.modules.pop("made_checks", None)


def test_the_registry_knows_each_check_once(registry: Registry) -> None:
    assert len(registry) == 8
    assert [identity(check) for check in registry.select(["test.one"], Engine.EXACT)] == [
        "test.one/main/measurement",
        "test.one/side/measurement",
        "test.one/side/unstated",
    ]
    assert len(registry.load()) == 8
    with pytest.raises(ValueError, match="two checks are called"):
        registry.register(sys.modules["made_checks"].check("main", "device", Engine.GPU, None, None))


def test_one_process_and_two_find_the_same(registry: Registry) -> None:
    checks = registry.select(["test.one"])
    one = run_checks(checks, SETTINGS, registry=registry)
    two = run_checks(checks, SETTINGS, jobs=2, registry=registry)
    assert [found.details.pop("elsewhere", None) for found in one] == [None, None, False, False, None]
    assert [type(found.details.pop("elsewhere", None)) for found in two] == [
        type(None),
        type(None),
        bool,
        bool,
        type(None),
    ]
    assert [found.model_copy(update={"seconds": 0}) for found in one] == [
        found.model_copy(update={"seconds": 0}) for found in two
    ]
    assert not multiprocessing.active_children()
    derived = next(found for found in one if found.check == "derivation")
    assert derived.modules == ["hessproof.proofs_check.versions"]
    assert derived.seed == 7
    assert {"python", "numpy", "sympy"} <= set(derived.versions)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_states_the_formula_is_kept_apart(registry: Registry, jobs: int) -> None:
    checks = [check for check in registry.select(["test.one"]) if check.part == "side"]
    stated, unstated = run_checks(checks, SETTINGS, jobs=jobs, registry=registry)
    assert "hessproof.proofs_check.selection" in stated.modules
    assert "hessproof.proofs_check.enumeration" not in stated.modules
    assert "hessproof.proofs_check.enumeration" in stated.details["stated_by"]
    assert unstated.modules == sorted({*stated.modules, *stated.details["stated_by"]})
    assert "stated_by" not in unstated.details


def test_an_unavailable_check_says_why_and_is_not_traced(registry: Registry) -> None:
    (found,) = run_checks(registry.select(["test.one"], Engine.GPU), SETTINGS, registry=registry)
    assert found.missing == "no such machine; plug one in"
    assert found.modules == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_broken_check_shows_itself_and_its_name(registry: Registry, jobs: int) -> None:
    checks = registry.select(["test.one", "test.broken"])
    with pytest.raises(ArithmeticError, match="this check is broken") as caught:
        run_checks(checks, SETTINGS, jobs=jobs, registry=registry)
    assert "test.broken/main/broken" in "".join(caught.value.__notes__)
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interruption_says_how_far_it_got(registry: Registry, jobs: int) -> None:
    checks = registry.select(["test.one", "test.stopped"])
    seen: list[Progress] = []

    def stop_late(state: Progress) -> None:
        seen.append(state)
        if jobs == 2 and state.stage == "check" and state.finished == 3:
            raise KeyboardInterrupt

    if jobs == 2:
        checks = registry.select(["test.one"])
    with pytest.raises(Interrupted) as caught:
        run_checks(checks, SETTINGS, jobs=jobs, progress=stop_late, registry=registry)
    finished = 5 if jobs == 1 else 3
    assert str(caught.value) == f"stopped after {finished} of {len(checks)} checks"
    assert len(caught.value.finished) == finished
    assert not multiprocessing.active_children()


def test_a_killed_process_is_an_unusable_request(registry: Registry) -> None:
    with pytest.raises(UnusableRequest, match="give --jobs 1"):
        run_checks(registry.select(["test.one", "test.dead"]), SETTINGS, jobs=2, registry=registry)


def test_progress_names_the_stages_in_order(registry: Registry) -> None:
    seen: list[Progress] = []
    run_checks(registry.select(["test.one"]), SETTINGS, progress=seen.append, registry=registry)
    assert list(dict.fromkeys(state.stage for state in seen)) == ["prepare", "check", "trace"]
    assert [state.finished for state in seen if state.stage == "check"] == [1, 2, 3, 4, 5]


def test_what_is_shared_is_made_once(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    first = Context(store=tmp_path)
    second = Context(store=tmp_path)
    assert [first.shared("x", make), first.shared("x", make), second.shared("x", make)] == [1, 1, 1]
    assert Context().shared("x", make) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["x.pickle"]


def test_verify_judges_what_was_run(registry: Registry) -> None:
    report = verify(["test.one", "test.two"], profile="quick", catalogue=CATALOGUE, registry=registry, ledger=Ledger())
    one, two = report.results
    assert (one.verdict, two.verdict) == (Verdict.CORROBORATED, Verdict.NOT_CHECKED)
    assert [part.verdict for part in one.parts] == [Verdict.PROVED, Verdict.CORROBORATED]
    assert one.repaired_by == ["test.two"]
    assert one.disagreement == "new: the ledger expects nothing, found corroborated"
    assert not report.as_expected
    assert len(report.figures) == 2
    assert not any("figures" in found.details for found in one.evidence)
    assert report.command == "hessproof verify test.one test.two --profile quick --seed 2021"


def test_a_new_ledger_makes_every_run_agree(registry: Registry) -> None:
    def run(engine: str | None, ledger: Ledger):  # type: ignore[no-untyped-def]
        return verify("test.one", profile="quick", engine=engine, catalogue=CATALOGUE, registry=registry, ledger=ledger)

    ledger = updated_ledger(Ledger(), run(None, Ledger()), CATALOGUE, whole=False)
    entry = ledger.entry("test.one", Profile.QUICK)
    assert entry == Entry(
        Verdict.CORROBORATED,
        ("main", "side"),
        (),
        {Engine.SYMBOLIC: Verdict.CORROBORATED, Engine.EXACT: Verdict.CORROBORATED},
    )
    for engine in (None, "exact", "symbolic"):
        assert run(engine, ledger).as_expected
    gpu = run("gpu", ledger)
    assert gpu.results[0].verdict == Verdict.NOT_CHECKED
    assert gpu.results[0].agrees is None
    stronger = Ledger({("test.one", Profile.QUICK): Entry(Verdict.PROVED, engines={Engine.EXACT: Verdict.CERTIFIED})})
    assert run(None, stronger).results[0].disagreement == "weaker: the ledger expects proved, found corroborated"
    assert not run("exact", stronger).as_expected
    assert run("symbolic", stronger).results[0].disagreement.startswith("new")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"claims": "test.oen"}, "claim 'test.oen': expected .*; did you mean test.one"),
        ({"paper": "tset"}, "paper 'tset': expected test; did you mean test"),
        ({"profile": "qick"}, "profile 'qick': expected quick, standard or thorough; did you mean quick"),
        ({"engine": "exakt"}, "engine 'exakt': .*; did you mean exact"),
        ({"engine": "formal"}, "engine 'formal': expected exact, gpu or symbolic; give --engine exact"),
        ({"claims": "test.two", "engine": "exact"}, "engine 'exact' for test.two: expected no engine yet"),
        ({"claims": "test.broken", "engine": "gpu"}, "engine 'gpu' for test.broken: expected exact"),
        ({"claims": "test.one", "jobs": 0}, "jobs 0: expected 1 to 256; give --jobs 1"),
        ({"claims": "test.one", "out": "/dev/null/x"}, "output folder '/dev/null/x': expected a folder"),
    ],
)
def test_unusable_requests(registry: Registry, arguments: dict[str, object], message: str) -> None:
    with pytest.raises(UnusableRequest, match=message):
        verify(**arguments, catalogue=CATALOGUE, registry=registry, ledger=Ledger())  # type: ignore[arg-type]


def test_a_report_is_written_whole_or_not_at_all(registry: Registry, tmp_path: Path) -> None:
    out = tmp_path / "report"
    verify("test.one", profile="quick", catalogue=CATALOGUE, registry=registry, ledger=Ledger(), out=out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert json.loads(before["report.json"])["results"][0]["claim"] == "test.one"
    with pytest.raises(Interrupted):
        verify("test.stopped", catalogue=CATALOGUE, registry=registry, ledger=Ledger(), out=out)
    with pytest.raises(ArithmeticError):
        verify("test.broken", catalogue=CATALOGUE, registry=registry, ledger=Ledger(), out=out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_checks_of_the_house_are_about_rows_of_the_catalogue() -> None:
    catalogue: ModuleType = importlib.import_module("hessproof.proofs_check.catalogue")
    for check in CHECKS.load():
        assert check.part in {part.key for part in catalogue.CLAIMS[check.claim].parts}
