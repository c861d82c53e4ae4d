"""Programs that hang, babble or leave children behind, and a folder of compiled files that others damage."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hessproof.proofs_check.formal.cache import COMPLETE, OLD, UNUSED, cache_folder, intact, placed
from hessproof.proofs_check.formal.compiler import Compiler, build, compiled, version
from hessproof.proofs_check.formal.processes import Missing, Unanswered, run

TELLS_VERSION = 'case "$1" in --print-version) echo 8.16.1 4.14.1; exit 0;; esac\n'
FAILS = 'printf "File \\"./a.v\\", line 3, characters 0-5:\\nError: caf\\351.\\n" >&2; exit 1\n'
STOPPED = """
import sys
from hessproof.proofs_check.formal.processes import ended_with_this_process, run
try:
    with ended_with_this_process():
        print("ready", flush=True)
        run(["sh", "-c", "sleep 60 & echo $! > child; wait"])
finally:
    print("unwound", flush=True)
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of programs that is first on PATH: all that Coq brings, which do nothing yet."""
    monkeypatch.delenv("HESSPROOF_COQ")
    monkeypatch.setenv("HESSPROOF_CACHE", str(tmp_path / "a cache"))
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("coqdep", "coq_makefile", "make"):
        program(folder / name, "exit 0\n")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    version.cache_clear()
    yield folder
    version.cache_clear()


def program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}")
    path.chmod(0o755)


def gone(number: int) -> bool:
    """Whether a process is gone, or is so a moment later: the system takes its time to end one."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state in "XZ":
            return True
        time.sleep(0.01)
    return False


@pytest.mark.slow
def test_output_is_read_whatever_its_bytes(tmp_path: Path):
    lines: list[str] = []
    done = run(["sh", "-c", r"printf 'a\377\nb\n'; printf '\351' >&2; exit 3"], tmp_path, told=lines.append)
    assert (done.status, done.errors) == (3, "\ufffd")
    assert lines == ["a\ufffd", "b"]


def test_variables_that_change_a_compilation_are_left_out(monkeypatch: pytest.MonkeyPatch):
    for name in ("COQPATH", "COQEXTRAFLAGS", "MAKEFLAGS", "VERBOSE"):
        monkeypatch.setenv(name, "wrong")
    monkeypatch.setenv("COQLIB", "kept")
    told = run(["env"]).output
    assert "wrong" not in told
    assert "COQLIB=kept" in told


@pytest.mark.slow
def test_a_program_that_hangs_is_ended_with_its_children(tmp_path: Path):
    with pytest.raises(Unanswered, match=r"sh gave no answer within 0\.2 seconds"):
        run(["sh", "-c", "sleep 60 & echo $! > child; wait"], tmp_path, patience=0.2)
    assert gone(int((tmp_path / "child").read_text()))


def test_an_interruption_ends_a_program_with_its_children(tmp_path: Path):
    def stop(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(["sh", "-c", "sleep 60 & echo $!; wait"], tmp_path, told=lambda line: stop(line))
    with pytest.raises(KeyboardInterrupt):
        run(["sh", "-c", "sleep 60 & echo $! > child; echo; wait"], tmp_path, told=stop)
    assert gone(int((tmp_path / "child").read_text()))


def test_an_interruption_while_a_program_starts_ends_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    started: list[subprocess.Popen[bytes]] = []

    class Interrupted(subprocess.Popen):
        """Ctrl-C comes when the program runs and its caller does not know so yet."""

        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            started.append(self)
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(["sleep", "60"], tmp_path)
    assert started[0].returncode == -signal.SIGKILL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("request_to_end", ["SIGTERM", "SIGHUP"])
def test_a_request_to_end_unwinds_and_ends_the_children(tmp_path: Path, request_to_end: str):
    number = getattr(signal, request_to_end)
    command = [sys.executable, "-c", STOPPED]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        child = tmp_path / "child"
        deadline = time.monotonic() + 60
        while not (child.exists() and child.read_text().strip()) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(number)
        assert process.communicate(timeout=60)[0] == "ready\nunwound\n"
    assert process.returncode == 128 + number
    assert gone(int(child.read_text()))


def test_what_cannot_be_run_is_missing(tmp_path: Path):
    (tmp_path / "coqc").write_text("not a program")
    (tmp_path / "coqc").chmod(0o755)
    with pytest.raises(Missing, match="cannot be run"):
        run([str(tmp_path / "coqc")])


@pytest.mark.parametrize("text", ["exit 0\n", "echo nonsense\n", r"printf '\377'", "echo 8.16.1 4.14.1; exit 1\n"])
def test_a_coq_without_a_version_is_missing(programs: Path, text: str):
    program(programs / "coqc", text)
    with pytest.raises(Missing, match="does not tell its version"):
        version()


def test_a_make_that_compiles_nothing_is_missing(programs: Path, tmp_path: Path):
    program(programs / "coqc", TELLS_VERSION)
    with pytest.raises(Unanswered, match=r"did not compile a\.v"):
        compiled({"a.v": ""})
    assert list((tmp_path / "a cache" / "formal").iterdir()) == []


@pytest.mark.parametrize(
    ("made", "why"),
    [("echo killed >&2; exit 137\n", r"status 137 \(killed\)"), ("kill -9 $$\n", "status -9 .no message.")],
)
def test_an_end_without_a_word_on_a_source_is_no_error_of_the_source(programs: Path, made: str, why: str):
    program(programs / "coqc", TELLS_VERSION)
    program(programs / "make", made)
    with pytest.raises(Unanswered, match=why):
        compiled({"a.v": ""})


def test_an_absent_library_is_missing_and_an_absent_file_of_ours_is_not(programs: Path, tmp_path: Path):
    compiler = Compiler(tmp_path, {})
    for what, absent in (("mathcomp.multinomials", True), ("Hessproof.chain", False)):
        text = f"Cannot find a physical path bound to logical path matching suffix {what}."
        program(programs / "coqc", FAILS.replace("caf\\351.", text))
        if absent:
            with pytest.raises(Missing, match="a library is absent"):
                compiler.run("", tmp_path)
        else:
            assert compiler.run("", tmp_path) is not None


@pytest.mark.parametrize("place", ["a file", "a file/below"])
def test_a_cache_that_is_no_folder_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str):
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("HESSPROOF_CACHE", str(tmp_path / place))
    with (
        pytest.raises(Missing, match="cannot be used for compiled proofs") as refused,
        placed(cache_folder() / "x", keep=True),
    ):
        pass
    assert "HESSPROOF_CACHE" in refused.value.remedy


def finished(final: Path, text: str, *, keep: bool = True) -> None:
    with placed(final, keep=keep) as folder:
        (folder / "a.vo").write_text(text)


def interrupted(final: Path) -> None:
    with placed(final, keep=True) as folder:
        (folder / "a.vo").write_text("half")
        raise KeyboardInterrupt


def test_a_folder_is_whole_or_not_there(tmp_path: Path):
    final = tmp_path / "x"
    with pytest.raises(KeyboardInterrupt):
        interrupted(final)
    assert list(tmp_path.iterdir()) == []
    finished(final, "one")
    assert intact(final)
    assert list(tmp_path.iterdir()) == [final]


@pytest.mark.parametrize("damage", [b"", b"on"])
def test_a_damaged_file_is_noticed_and_replaced(tmp_path: Path, damage: bytes):
    final = tmp_path / "x"
    finished(final, "one")
    (final / "a.vo").write_bytes(damage)
    assert not intact(final)
    finished(final, "two")
    assert intact(final)
    assert (final / "a.vo").read_text() == "two"
    (final / "complete").write_text("8.16.1")
    assert not intact(final)


def test_who_is_second_keeps_what_the_first_made(tmp_path: Path):
    final = tmp_path / "x"
    with placed(final, keep=True) as slower:
        (slower / "a.vo").write_text("slower")
        finished(final, "faster")
    assert (final / "a.vo").read_text() == "faster"
    finished(final, "afresh", keep=False)
    assert (final / "a.vo").read_text() == "afresh"
    assert list(tmp_path.iterdir()) == [final]


def test_what_a_killed_run_left_goes_after_a_day(tmp_path: Path):
    old, young = tmp_path / "partial-old", tmp_path / "partial-young"
    old.mkdir()
    young.mkdir()
    os.utime(old, (time.time() - 2 * OLD,) * 2)
    finished(tmp_path / "x", "one")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["partial-young", "x"]


def test_compiled_sources_go_a_month_after_their_last_use(tmp_path: Path):
    long_ago = (time.time() - 2 * UNUSED,) * 2
    earlier = [tmp_path / name for name in ("older-coq-1.0", "used-coq-1.0", "another program's")]
    for folder in earlier:
        finished(folder, folder.name)
    for folder in earlier:
        os.utime(folder / COMPLETE, long_ago)
    assert intact(tmp_path / "used-coq-1.0")
    finished(tmp_path / "newest-coq-1.0", "one")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["another program's", "newest-coq-1.0", "used-coq-1.0"]


@pytest.mark.formal
def test_two_compile_the_same_at_the_same_time_in_a_folder_with_blanks(tmp_path: Path):
    place = tmp_path / "a cache, of two"
    script = (
        "from hessproof.proofs_check.formal.compiler import compiled\n"
        "print(compiled({'a.v': 'Definition one := 1.', 'paper/b.v': 'From Hessproof Require Import a.'}).build)\n"
    )
    environment = {**os.environ, "HESSPROOF_CACHE": str(place)}
    both = [
        subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert told[0] == told[1]
    [final] = (place / "formal").iterdir()
    assert intact(final)


@pytest.mark.formal
def test_a_missing_library_is_named_by_coq_itself(tmp_path: Path):
    with pytest.raises(Missing, match="a library is absent"):
        build(tmp_path, {"a.v": "From mathcomp.nowhere Require Import nothing.\n"})
