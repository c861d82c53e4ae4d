"""A folder is written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hessproof.proofs_check.staging import staged
from hessproof.symbolic.errors import UnusableRequest


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("target", ["new", "a/b/c", "there"])
def test_files_take_their_place_at_the_end(tmp_path: Path, target: str) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "notes.txt").write_text("mine")
    out = tmp_path / target
    with staged(out) as folder:
        (folder / "deep").mkdir()
        (folder / "deep" / "x.txt").write_text("new")
        assert not (out / "deep").exists()
    assert (out / "deep" / "x.txt").read_text() == "new"
    assert (tmp_path / "there" / "notes.txt").read_text() == "mine"
    assert not [name for name in names(tmp_path) if "hessproof" in name]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
@pytest.mark.parametrize("target", ["new/er", "there"])
def test_a_failure_leaves_everything_as_it_was(tmp_path: Path, target: str, error: type[BaseException]) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "x.txt").write_text("old")
    before = names(tmp_path)

    def fail() -> None:
        with staged(tmp_path / target) as folder:
            (folder / "x.txt").write_text("half")
            raise error

    with pytest.raises(error):
        fail()
    assert names(tmp_path) == before
    assert (tmp_path / "there" / "x.txt").read_text() == "old"


def test_a_file_in_the_way_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for target in ("file", "file/below"):
        with pytest.raises(UnusableRequest, match="output folder"), staged(tmp_path / target):
            pytest.fail("the block must not start")


def test_a_folder_in_the_place_of_a_file_is_refused_before_anything_moves(tmp_path: Path) -> None:
    (tmp_path / "z.txt").mkdir()

    def write() -> None:
        with staged(tmp_path) as folder:
            (folder / "a.txt").write_text("")
            (folder / "z.txt").write_text("")

    with pytest.raises(UnusableRequest, match="is a folder"):
        write()
    assert names(tmp_path) == ["z.txt"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may write everywhere")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(UnusableRequest, match="can be written"), staged(tmp_path / "new"):
            pytest.fail("the block must not start")
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("target", ["/proc/hessproof", "/dev/null/report"])
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc on this system")
def test_places_where_nobody_can_write(target: str) -> None:
    with pytest.raises(UnusableRequest, match="can be written"), staged(Path(target)):
        pytest.fail("the block must not start")
