"""A work folder gives back what was put, refuses what is damaged or not its own, and lets in one run at a time."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import fmpz_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from hessproof.proofs_check.resuming import Store, digest
from hessproof.proofs_check.resuming.keys import canonical, name_of
from hessproof.symbolic.errors import UnusableRequest

_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)
_MAPPINGS = st.dictionaries(st.text(max_size=4), _VALUES, max_size=4)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with Store(tmp_path_factory.mktemp("work")) as store:
        yield store


@pytest.mark.slow
@settings(max_examples=25)  # each is synchronised with the disk
@given(_MAPPINGS, _MAPPINGS)
def test_what_was_put_comes_back_to_the_last_bit(shared: Store, key: dict[str, Any], value: dict[str, Any]) -> None:
    shared.put(key, value)
    found = shared.get(dict(reversed(list(key.items()))))
    assert found == value
    assert canonical(found) == canonical(value)


@pytest.mark.slow
@settings(max_examples=50)
@given(_MAPPINGS, _MAPPINGS)
def test_keys_have_one_name_each(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (name_of(one) == name_of(other)) == (canonical(one) == canonical(other))


def test_a_piece_is_computed_once(tmp_path: Path) -> None:
    computed: list[int] = []

    def compute() -> dict[str, Any]:
        computed.append(1)
        return {"values": (0.1, float("inf")), "rank": 3}

    with Store(tmp_path / "work") as store:
        first = store.piece({"seed": 0}, compute)
        assert (store.found, store.added) == (0, 1)
        assert store.state == "1 finished piece of this run is kept"
    with Store(tmp_path / "work") as store:
        assert store.piece({"seed": 0}, compute) == first == {"values": [0.1, float("inf")], "rank": 3}
        assert (store.found, store.added) == (1, 0)
        store.piece({"seed": 1}, compute)
        assert store.state == "2 finished pieces of this run are kept"
    assert len(computed) == 2


def test_another_version_computes_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(tmp_path) as store:
        store.put({"n": 1}, {"rank": 3})
        monkeypatch.setattr("hessproof.proofs_check.resuming.store.version_of", lambda name: "another")
        assert store.get({"n": 1}) is None


def _damage(text: str, kind: str) -> str:
    piece = json.loads(text)
    if kind == "truncated":
        return text[: len(text) // 2]
    if kind == "empty":
        return ""
    if kind == "a list":
        return "[1, 2]"
    if kind == "another value":
        piece["value"]["rank"] = 4
    if kind == "another key":
        piece["key"]["n"] = 2
    if kind == "no digest":
        del piece["digest"]
    if kind == "deep":
        return "[" * 100_000
    return json.dumps(piece)


@pytest.mark.parametrize("kind", ["truncated", "empty", "a list", "another value", "another key", "no digest", "deep"])
def test_a_damaged_piece_is_refused_in_one_line(tmp_path: Path, kind: str) -> None:
    with Store(tmp_path) as store:
        store.put({"n": 1}, {"rank": 3})
        (path,) = (tmp_path / "pieces").iterdir()
        path.write_text(_damage(path.read_text(), kind))
        with pytest.raises(UnusableRequest) as caught:
            store.get({"n": 1})
        assert "\n" not in str(caught.value)
        assert "delete that file; only it is computed again" in str(caught.value)
        path.unlink()
        assert store.get({"n": 1}) is None


def test_bytes_that_are_no_text_and_a_folder_in_a_piece_s_place(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put({"n": 1}, {"rank": 3})
        (path,) = (tmp_path / "pieces").iterdir()
        path.write_bytes(b"\xff\xfe\x00")
        with pytest.raises(UnusableRequest, match="delete that file"):
            store.get({"n": 1})
        path.unlink()
        path.mkdir()
        with pytest.raises(UnusableRequest, match="delete that file"):
            store.get({"n": 1})
        with pytest.raises(UnusableRequest, match="a folder that can be written"):
            store.put({"n": 1}, {"rank": 3})


@pytest.mark.parametrize("mark", ["{", "[]", '{"schema": "hessproof/work/99"}', "\x00"])
def test_a_folder_with_a_strange_mark_is_refused(tmp_path: Path, mark: str) -> None:
    (tmp_path / "hessproof-work.json").write_text(mark)
    with pytest.raises(UnusableRequest, match=r"strange hessproof-work\.json"):
        Store(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["hessproof-work.json"]


def test_a_folder_with_other_things_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(UnusableRequest) as caught:
        Store(tmp_path)
    assert "with other things in it" in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_no_folder_at_all(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name in ("", "  ", str(tmp_path / "file"), str(tmp_path / "file" / "below"), str(tmp_path / ("n" * 300))):
        with pytest.raises(UnusableRequest) as caught:
            Store(name)
        assert "--work" in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UnusableRequest, match="a folder that can be written"):
        Store(tmp_path / "below")


def test_one_run_at_a_time(tmp_path: Path) -> None:
    first = Store(tmp_path)
    with pytest.raises(UnusableRequest, match="no other run is working in"):
        Store(tmp_path)
    first.close()
    Store(tmp_path).close()


def test_a_damaged_lock_is_named(tmp_path: Path) -> None:
    Store(tmp_path).close()
    (tmp_path / "lock").write_bytes(b"no lock at all" * 100)
    with pytest.raises(UnusableRequest, match="delete lock in it"):
        Store(tmp_path)


def test_what_a_killed_run_has_left_is_swept(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.put({"n": 1}, {"rank": 3})
    (tmp_path / "pieces" / ".piece-abc").write_text("half")
    (tmp_path / ".piece-def").write_text("half")
    (tmp_path / "scratch").mkdir()
    (tmp_path / "scratch" / "elimination.zip").write_text("whole")
    (tmp_path / "scratch" / "elimination.zipabc.part").write_text("half")
    with Store(tmp_path) as store:
        assert store.get({"n": 1}) == {"rank": 3}
        assert store.state == "1 finished piece of this run and one begun are kept"
    assert not list(tmp_path.rglob(".piece-*"))
    assert [path.name for path in (tmp_path / "scratch").iterdir()] == ["elimination.zip"]


def test_a_run_killed_before_its_mark_was_written_leaves_a_usable_folder(tmp_path: Path) -> None:
    (tmp_path / ".piece-abc").write_text("{")
    Store(tmp_path).close()
    assert (tmp_path / "hessproof-work.json").is_file()


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*names: object) -> None:
        raise OSError(28, "No space left on device")

    with Store(tmp_path) as store:
        monkeypatch.setattr("os.replace", full)
        with pytest.raises(UnusableRequest, match="No space left on device"):
            store.put({"n": 1}, {"rank": 3})
        monkeypatch.undo()
        assert store.get({"n": 1}) is None
        assert not list((tmp_path / "pieces").iterdir())


def test_scratch_names_stay_in_their_folder(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        assert store.scratch("core 5/../x").parent == tmp_path / "scratch"
        (tmp_path / "scratch").rmdir()
        (tmp_path / "scratch").write_text("")
        with pytest.raises(UnusableRequest, match="a folder that can be written"):
            store.scratch("x")


_ARRAYS = [
    np.zeros((2, 3)),
    np.zeros((3, 2)),
    np.zeros((2, 3), dtype=np.float32),
    np.zeros((2, 3), dtype=np.int64),
    np.zeros((2, 3), dtype=object),
    np.array(0.0),
    np.zeros((0, 3)),
    np.ones((2, 3)),
    fmpz_mat(2, 3),
    [np.zeros((2, 3))],
    "0",
    b"0",
    0,
    0.0,
    -0.0,
    False,
    None,
    [],
    [[]],
    (1, 2),
    ((1,), 2),
]


def test_different_things_have_different_digests() -> None:
    assert len({digest(thing) for thing in _ARRAYS}) == len(_ARRAYS)


@given(st.lists(st.integers(-3, 3), min_size=4, max_size=4), st.lists(st.integers(-3, 3), min_size=4, max_size=4))
def test_equal_arrays_have_equal_digests_however_they_lie_in_memory(one: list[int], other: list[int]) -> None:
    first, second = np.array(one).reshape(2, 2), np.array(other).reshape(2, 2)
    assert (digest(first) == digest(second)) == bool((first == second).all())
    assert digest(np.asfortranarray(first)) == digest(first) == digest(np.repeat(first, 2, axis=1)[:, ::2])
    whole = first.astype(object)
    assert (digest(whole) == digest(second.astype(object))) == bool((first == second).all())


def test_a_thing_whose_text_names_a_place_in_memory_has_no_digest() -> None:
    with pytest.raises(TypeError, match="no digest of a object"):
        digest(object())


def test_a_lock_that_is_no_file_gets_one_line(tmp_path: Path) -> None:
    Store(tmp_path / "work").close()
    (tmp_path / "work" / "lock").unlink()
    (tmp_path / "work" / "lock").mkdir()
    with pytest.raises(UnusableRequest, match="delete lock in it"):
        Store(tmp_path / "work")
