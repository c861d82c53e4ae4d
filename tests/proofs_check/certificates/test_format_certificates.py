"""What certificates look like in a file: numbers, lines, hash, models, and files that are whole or absent."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from hessproof.numeric.instance import generic_instance
from hessproof.proofs_check.certificates.certificate import Certificate
from hessproof.proofs_check.certificates.certify import certify
from hessproof.proofs_check.certificates.format import ARCHITECTURE, INSTANCE, PRIME, ArchitectureCertificate
from hessproof.proofs_check.certificates.wording import architecture_statement, instance_statement
from hessproof.proofs_check.certificates.writing import as_text, digest, number, write_file
from hessproof.proofs_check.report.schemas import MODELS
from hessproof.symbolic.architecture import Architecture
from hessproof.symbolic.errors import UnusableRequest


def made() -> list[Certificate]:
    """One certificate of each kind and witness."""
    plain, biased = Architecture((3, 2, 4)), Architecture((2, 3, 2), bias=True)
    return [
        certify(plain),
        certify(biased, "functional"),
        certify(biased, "outer", residual_mean=0),
        certify(generic_instance(plain, 2, 1, magnitude=4)),
        certify(generic_instance(biased, 2, 1, magnitude=4), "outer"),
        certify(generic_instance(Architecture((3, 3, 3)), 3, 1, magnitude=4)),
    ]


@pytest.fixture(scope="module", params=range(6))
def certificate(request: pytest.FixtureRequest) -> Certificate:
    return made()[request.param]


def test_the_models_accept_what_is_written_and_give_it_back(certificate: Certificate) -> None:
    read = json.loads(certificate.to_json())
    model = MODELS[f"certificate-{certificate.kind}"].model_validate(read)
    assert model.model_dump(mode="json", exclude_none=True, by_alias=True) == read
    assert read["schema"] == (INSTANCE if certificate.kind == "instance" else ARCHITECTURE)
    assert Certificate.from_json(certificate.to_json()).document == certificate.document


def test_files_fit_the_published_schemas(certificate: Certificate, root: Path) -> None:
    name = f"certificate-{certificate.kind}.schema.json"
    published = json.loads((root / "docs" / "schemas" / name).read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(published)
    read = json.loads(certificate.to_json())
    validator.validate(read)
    assert not validator.is_valid(read | {"prime": 0.5})


def test_no_number_is_a_float_and_none_is_too_large_for_other_readers(certificate: Certificate) -> None:
    def look(value: Any) -> None:
        assert not isinstance(value, float)
        if isinstance(value, int) and not isinstance(value, bool):
            assert abs(value) <= 2**53
        for entry in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            look(entry)

    look(json.loads(certificate.to_json()))
    assert certificate.document["prime"] == str(PRIME)
    assert PRIME > 2**60


def test_each_array_of_numbers_stands_on_one_line(certificate: Certificate) -> None:
    lines = certificate.to_json().splitlines()
    arrays = [line.strip() for line in lines if "[" in line and "]" in line]
    assert arrays
    for line in arrays:
        whole = line if line.startswith('"') else f'"row": {line}'
        (value,) = json.loads("{" + whole.rstrip(",") + "}").values()
        assert not any(isinstance(entry, list | dict) for entry in value)
    numbers = [line for line in lines if line.strip().rstrip(",").lstrip("-").isdigit()]
    assert not numbers


def test_the_hash_is_that_of_the_rest(certificate: Certificate) -> None:
    assert digest(certificate.document) == certificate.sha256
    changed = {**certificate.document, "prime": 7}
    assert digest(changed) != certificate.sha256


def test_the_statement_follows_from_the_data(certificate: Certificate) -> None:
    words = instance_statement if certificate.kind == "instance" else architecture_statement
    assert words(json.loads(certificate.to_json())) == certificate.statement


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, 0), (-7, -7), (2**53, 2**53), (2**53 + 1, str(2**53 + 1)), (-(2**60), str(-(2**60))), (0.5, "1/2"),
     (Fraction(-6, 4), "-3/2"), ("8/4", 2)],
)  # fmt: skip
def test_numbers_are_written_exactly(value: Any, written: int | str) -> None:
    assert number(value) == written
    assert Fraction(written) == Fraction(value)


def test_numbers_and_files_that_no_checker_would_read_are_refused(tmp_path: Path) -> None:
    assert len(str(number(10**1000 - 1))) == 1000
    for value in (10**1000, -(10**1000), Fraction(1, 10**1000)):
        with pytest.raises(UnusableRequest, match="at most 1000 digits"):
            number(value)
    with pytest.raises(UnusableRequest, match="at most 16777216"):
        write_file(tmp_path / "c.json", "x" * (16 * 2**20 + 1))
    assert not list(tmp_path.iterdir())


def test_unknown_missing_and_wrong_fields_are_refused_by_the_models() -> None:
    whole = made()[0].document
    for broken in (
        {**whole, "more": 1},
        {name: value for name, value in whole.items() if name != "witness"},
        {**whole, "prime": 2.5},
        {**whole, "prime": True},
        {**whole, "upper": {"cut": -1}},
        {**whole, "architecture": {"widths": [3, "2", 4], "bias": False}},
        {**whole, "witness": {"point": "elsewhere"}},
    ):
        with pytest.raises(ValueError, match="validation error"):
            ArchitectureCertificate.model_validate(broken)


def test_text_is_the_same_for_the_same_values() -> None:
    assert as_text({"a": [], "b": {}, "c": [[], [1]], "d": True}) == (
        '{\n "a": [],\n "b": {},\n "c": [\n  [],\n  [1]\n ],\n "d": true\n}\n'
    )
    assert [one.to_json() for one in made()] == [one.to_json() for one in made()]


def test_a_file_is_written_whole_and_replaces_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "c.json"
    target.write_text("before", encoding="utf-8")
    one = made()[0]
    one.write(target)
    assert target.read_text(encoding="utf-8") == one.to_json()
    assert [path.name for path in tmp_path.iterdir()] == ["c.json"]


@pytest.mark.parametrize("place", [".", "absent/c.json"])
def test_a_place_that_cannot_be_written_is_refused_and_nothing_is_left(tmp_path: Path, place: str) -> None:
    with pytest.raises(UnusableRequest, match="output file"):
        made()[0].write(tmp_path / place)
    assert not list(tmp_path.iterdir())
