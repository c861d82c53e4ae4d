"""The file of a campaign: whole rows or none, one plan, one run at a time, and nothing but its own files."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

import pytest

from hessproof.proofs_check.campaigns.export import write_csv
from hessproof.proofs_check.campaigns.plan import Plan
from hessproof.proofs_check.campaigns.report import SHOWN, report
from hessproof.proofs_check.campaigns.rows import COLUMNS, failed
from hessproof.proofs_check.campaigns.run import run_campaign
from hessproof.proofs_check.campaigns.store import Store
from hessproof.proofs_check.campaigns.work import Batch, work
from hessproof.symbolic.errors import UnusableRequest

PLAN = Plan("certify", parameters=5)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "c.sqlite"
    run_campaign(PLAN, path, jobs=1)
    return path


def test_a_run_leaves_one_file(file: Path) -> None:
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_rows_are_added_once(tmp_path: Path) -> None:
    made = work(Batch(PLAN, tuple(PLAN.items()))).rows
    with Store.for_run(tmp_path / "c.sqlite", PLAN) as store:
        store.begin(1, False, {})
        assert store.add(made[:3]) == 3
        assert store.add(made) == len(made) - 3
        assert list(store.missing(PLAN.items())) == []
        assert store.rows("SELECT added, repeated FROM runs") == [(len(made), 3)]


def test_a_batch_is_committed_whole_or_not_at_all(tmp_path: Path) -> None:
    made = work(Batch(PLAN, tuple(PLAN.items()))).rows
    with Store.for_run(tmp_path / "c.sqlite", PLAN) as store:
        store.begin(1, False, {})
        store.connection.execute("CREATE TRIGGER stop BEFORE INSERT ON instances WHEN new.number = 2 "
                                 "BEGIN SELECT RAISE(ABORT, 'stop'); END")  # fmt: skip
        with pytest.raises(UnusableRequest):
            store.add(made)
        assert (store.count(), store.rows("SELECT added FROM runs")) == (0, [(0,)])
        assert store.add(made[:2]) == 2


def test_another_plan_is_refused(file: Path) -> None:
    with pytest.raises(UnusableRequest, match=r"another plan: .*p ≤ 5.*; give another --out"):
        run_campaign(Plan("certify", parameters=6), file, jobs=1)
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with Store.for_run(path, PLAN):
        with pytest.raises(UnusableRequest, match="no other run is working on"):
            Store.for_run(path, PLAN)
        with Store.for_reading(path) as store:
            assert store.count() == 0
    Store.for_run(path, PLAN).close()


def test_a_report_reads_one_moment_while_a_run_writes(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    made = work(Batch(PLAN, tuple(PLAN.items()))).rows
    with Store.for_run(path, PLAN) as store:
        store.begin(1, False, {})
        store.add(made[:2])
        with Store.for_reading(path) as reading:
            assert report(reading).done == 2
            store.add(made[2:5])
            assert reading.count() == 2
        with Store.for_reading(path) as reading:
            assert report(reading).done == 5


def test_an_empty_file_becomes_a_campaign(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    path.touch()
    with pytest.raises(UnusableRequest, match="hessproof campaign run has written"):
        Store.for_reading(path)
    assert run_campaign(PLAN, path, jobs=1).added == PLAN.count()


@pytest.mark.parametrize("content", ["text", "sqlite", "version", "plan"])
def test_other_files_are_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "c.sqlite"
    if content == "text":
        path.write_text("a,b\n" * 500)
    elif content == "sqlite":
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE mine (x)")
        connection.close()
    else:
        run_campaign(PLAN, path, jobs=1)
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 99" if content == "version" else "DELETE FROM plan")
        connection.close()
    before = path.read_bytes()
    for use in (lambda: Store.for_run(path, PLAN), lambda: Store.for_reading(path)):
        with pytest.raises(UnusableRequest):
            use()
    if content in ("text", "sqlite", "version"):
        assert path.read_bytes() == before
    assert not path.with_name("c.sqlite-lock").exists()


def test_places_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableRequest, match="not of a folder"):
        run_campaign(PLAN, tmp_path, jobs=1)
    with pytest.raises(UnusableRequest, match=r"make .*nowhere first"):
        run_campaign(PLAN, tmp_path / "nowhere" / "c.sqlite", jobs=1)
    with pytest.raises(UnusableRequest, match="check the name"):
        Store.for_reading(tmp_path / "c.sqlite")


@pytest.mark.parametrize(
    ("pragma", "why"), [("max_page_count = 1", "room on the disk"), ("query_only = 1", "can be written")]
)
def test_a_full_or_protected_disk_is_told_in_one_line(tmp_path: Path, pragma: str, why: str) -> None:
    plan = Plan("certify", parameters=8)
    made = work(Batch(plan, tuple(plan.items()))).rows
    path = tmp_path / "c.sqlite"
    with Store.for_run(path, plan) as store:
        store.begin(1, False, {})
        store.add(made[:5])
        store.connection.execute(f"PRAGMA {pragma}")
        with pytest.raises(UnusableRequest, match=why):
            store.add(made[5:])
    with Store.for_reading(path) as reading:
        assert reading.count() == 5
    assert run_campaign(plan, path, jobs=1).added == len(made) - 5


def test_a_damaged_file_is_told_in_one_line(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    with pytest.raises(UnusableRequest, match="an undamaged file"):
        Store.for_reading(file)


def test_the_report_counts(file: Path) -> None:
    with Store.for_reading(file) as store:
        found = report(store)
    assert found.done == found.total == found.exact == found.architectures == PLAN.count()
    assert found.verdicts == {"agrees": found.total}
    assert sum(group.instances for group in found.groups) == found.total
    assert (found.disagreements, found.others, [run.ended for run in found.runs]) == (0, [], ["finished"])
    assert "hessproof" in found.runs[0].versions


def test_the_report_lists_what_does_not_agree(tmp_path: Path) -> None:
    plan = Plan("certify", parameters=16, layers=3)
    with Store.for_run(tmp_path / "c.sqlite", plan) as store:
        store.begin(1, False, {})
        items = list(plan.items())
        store.add([failed(plan, item, "no room") for item in items])
        store.connection.execute("UPDATE instances SET verdict = 'disagrees' WHERE number = 100")
        found = report(store)
    assert len(items) > SHOWN == len(found.others)
    assert (found.others[0].id, found.others[1].id) == (items[100].id, items[0].id)
    assert (found.others[1].note, found.disagreements, found.exact) == ("no room", 1, 0)
    assert found.others[1].reproduce == "hessproof certify 1-1 --quantity outer --data-rank 1 --residual-rank 1 -o FILE"


def test_the_table_has_every_row_in_order(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "c.csv"
    with Store.for_reading(file) as store:
        assert write_csv(store, out) == PLAN.count()
    with out.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert tuple(rows[0]) == tuple(COLUMNS)
    assert [row["id"] for row in rows] == [item.id for item in PLAN.items()]
    assert rows[0]["loss_lower"] == rows[0]["loss_upper"] == rows[0]["loss_predicted"] == "1"
    with Store.for_reading(file) as store:
        for wrong in (tmp_path, tmp_path / "no" / "c.csv", file):
            with pytest.raises(UnusableRequest):
                write_csv(store, wrong)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.csv", "c.sqlite"]
