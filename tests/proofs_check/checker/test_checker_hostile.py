"""Files that are no certificates, or ask for too much, are refused with one line, at once and without a traceback."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys

import pytest

from hessproof.proofs_check import checker
from hessproof.proofs_check.certificates.certify import certify
from hessproof.proofs_check.checker import check
from hessproof.proofs_check.corruptions import sealed
from hessproof.symbolic.architecture import Architecture

SCHEMA = b'{"schema": "hessproof/certificate-instance/1", '
FILES = {
    "empty": b"",
    "spaces": b"  \n",
    "a word": b"certificate",
    "a number": b"17",
    "null": b"null",
    "a list": b"[]",
    "an empty object": b"{}",
    "another schema": b'{"schema": "hessproof/certificate-instance/2"}',
    "a schema of another type": b'{"schema": ["hessproof/certificate-instance/1"]}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "not UTF-8": b'{"schema": "\xff\xfe"}',
    "UTF-16": '{"schema": "x"}'.encode("utf-16"),
    "zero bytes": b"\0" * 1000,
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "open lists": b"[" * 1_000_000,
    "duplicate keys": SCHEMA + b'"claim": 1, "claim": 2}',
    "duplicate keys inside": b'{"a": [{"b": 1, "b": 1}]}',
    "two values": b"{} {}",
    "an open string": b'{"schema": "',
    "a control character": b'{"schema": "\n"}',
}


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_certificate_is_unreadable(name, tmp_path):
    (tmp_path / "c.json").write_bytes(FILES[name])
    found = check(tmp_path / "c.json")
    assert not found.ok
    assert not found.readable
    assert found.why
    assert len(found.why) < 200
    assert "\n" not in found.why


def test_what_is_no_regular_file_is_unreadable(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in (tmp_path, tmp_path / "absent", tmp_path / "pipe", tmp_path / "loop", "/dev/null", "a\0b", ""):
        assert not check(path).readable


def test_a_gigabyte_is_not_read(tmp_path):
    with open(tmp_path / "c.json", "wb") as stream:
        stream.truncate(2**30)
    assert "at most" in check(tmp_path / "c.json").why


def changed(made, **fields):
    return sealed({**made.document, **fields})


def refused(document, folder):
    (folder / "c.json").write_text(json.dumps(document), "utf-8")
    found = check(folder / "c.json")
    assert not found.ok
    assert found.readable
    assert len(found.why) < 500
    return found


@pytest.mark.parametrize(
    "widths",
    [
        [2, 10**15 + 1], [2, "1" * 1001], [2, "9" * 500], [2] * 101, [2], [], [0, 2], [-1, 2], [2.0, 2], ["2", 2],
        [True, 2], [[2], 2], {"0": 2}, "2-2", None, [2, None], [2, "1/2"], [2, "٣"],
    ],
)  # fmt: skip
def test_widths_of_all_kinds_are_refused(widths, tmp_path):
    made = certify(Architecture((2, 2)))
    found = refused(changed(made, architecture={"widths": widths, "bias": False}), tmp_path)
    assert found.where.startswith("architecture.widths")


def test_boxes_of_more_vectors_than_dimensions_are_refused_before_any_product(monkeypatch):
    monkeypatch.setattr(checker, "times", lambda *factors: pytest.fail("a product"))
    many = checker.Part([[1, 0]] * 3, ("left",)), checker.Part([[0, 1]], ("right",))
    for left, right in (many, many[::-1]):
        with pytest.raises(checker.Rejected, match="more left or right vectors"):
            checker.products_of({"left": left, "right": right}, 2, 2, [])


def test_boxes_of_more_changes_than_parameters_are_refused():
    box = {"layer": 1, "left": [[1, 0], [0, 1]], "right": [[1, 0], [0, 1]]}
    part = checker.Part({"layers": [box] * 1000, "vectors": []}, ("upper", "kernel"))
    checker._steps.left = 10**4
    with pytest.raises(checker.Rejected, match="more than 4 vectors"):
        checker.check_kernel(part, {(1, 1): []}, {1: (2, 2)}, 2**61 - 1)


@pytest.mark.parametrize("digits", ["-0", "9007199254740993", "-9007199254740993", "123456789012345678901"])
def test_integers_have_one_form(digits, tmp_path):
    text = json.dumps(certify(Architecture((2, 2))).document)
    (tmp_path / "c.json").write_text(text.replace('"rank": 4}, "a', f'"rank": {digits}}}, "a'), "utf-8")
    assert check(tmp_path / "c.json").where == "claim.rank"


def test_many_layers_of_different_widths_take_too_many_steps(tmp_path, monkeypatch):
    monkeypatch.setattr(checker, "LARGEST_WORK", 10**7)
    made = certify(Architecture((2, 2)))
    network = {"widths": [1000 + n for n in range(100)], "bias": False}
    found = refused(changed(made, architecture=network, ranks={"data_rank": 1000, "residual_rank": 1000}), tmp_path)
    assert "steps" in found.why
    assert found.line == 1


def test_numbers_of_a_million_digits_are_refused(tmp_path):
    text = json.dumps(certify(Architecture((2, 2))).document)
    for number in ("9" * 10**6, "-" + "9" * 10**6, "1e999999999", "NaN", "Infinity", "-Infinity", "0.5"):
        (tmp_path / "c.json").write_text(text.replace('"cut": 0', f'"cut": {number}'), "utf-8")
        assert check(tmp_path / "c.json").where == "upper.cut"
    (tmp_path / "c.json").write_text(text.replace('"rank": 4}, "a', f'"rank": "{"9" * 10**6}"}}, "a'), "utf-8")
    assert check(tmp_path / "c.json").where == "claim.rank"


def test_lone_surrogates_and_control_characters_stay_inside(tmp_path):
    made = certify(Architecture((2, 2)))
    found = refused(changed(made, **{"\ud800\x1b[2J" * 100: 1}), tmp_path)
    assert found.where.isascii()
    assert found.where.isprintable()
    assert len(found.where) < 100
    assert refused({**made.document, "statement": "\ud800"}, tmp_path).where == "statement"
    assert refused({**made.document, "made_with": {"x": "\ud800"}}, tmp_path).where == "sha256"


@pytest.mark.long
def test_memory_and_time_are_bounded(tmp_path):
    """The largest file of the shortest values, read in a process of its own with two gigabytes of address space."""
    (tmp_path / "c.json").write_bytes(SCHEMA + b'"claim": [' + b"{}," * (checker.LARGEST_FILE // 4) + b"{}]}")

    def limited():
        resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    command = [sys.executable, "-I", "-S", checker.__file__, str(tmp_path / "c.json")]
    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=limited, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert ": rejected: " in done.stdout
