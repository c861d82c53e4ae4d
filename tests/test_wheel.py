"""What is installed is what lies in the tree: the wheel and the source archive, compared with the three rooms."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOMS = ("symbolic", "numeric", "proofs_check")
LEFT_OUT = {"__pycache__"}
SOURCES = (
    *ROOMS,
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "MANIFEST.in",
    "tests",
    "docs",
    "examples",
    "benchmarks",
    "requirements",
    "tox.ini",
    ".ci",
)


def tree(root: Path, *folders: str) -> set[str]:
    """All files under ``folders``, relative to the root, without what Python itself leaves behind."""
    return {
        str(path.relative_to(root))
        for folder in folders
        for path in (root / folder).rglob("*")
        if path.is_file() and not LEFT_OUT & set(path.parts) and path.suffix != ".pyc"
    }


@pytest.fixture(scope="module")
def copy(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree, so that building leaves nothing in the one that is worked on."""
    target = tmp_path_factory.mktemp("tree") / "hessproof"
    target.mkdir()
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")
    for name in SOURCES:
        if (root / name).is_dir():
            shutil.copytree(root / name, target / name, ignore=ignore)
        else:
            shutil.copy(root / name, target / name)
    return target


def build(kind: str, source: Path, out: Path) -> Path:
    """Build ``kind`` with the installed setuptools, without network."""
    command = [sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir", str(out), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=out)
    assert done.returncode == 0, done.stdout + done.stderr
    (result,) = out.iterdir()
    return result


def installed_names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def difference(wheel: Path, source: Path) -> tuple[set[str], set[str]]:
    """Names missing from the wheel, and names in it that the tree does not have."""
    wanted = {f"hessproof/{name}" for name in tree(source, *ROOMS)}
    found = installed_names(wheel)
    return wanted - found, found - wanted


@pytest.fixture(scope="module")
def wheel(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", copy, tmp_path_factory.mktemp("wheel"))


def test_the_wheel_holds_the_three_rooms_and_nothing_else(wheel: Path, root: Path) -> None:
    assert difference(wheel, root) == (set(), set())


def test_the_only_top_level_name_is_hessproof(wheel: Path) -> None:
    assert {name.split("/")[0] for name in installed_names(wheel)} == {"hessproof"}
    assert "hessproof/__init__.py" not in installed_names(wheel)


def test_the_wheel_carries_licence_version_and_command(wheel: Path, root: Path) -> None:
    declared = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    with zipfile.ZipFile(wheel) as archive:
        texts = {
            name.split(".dist-info/")[1]: archive.read(name) for name in archive.namelist() if ".dist-info/" in name
        }
    metadata = texts["METADATA"].decode()
    assert texts["licenses/LICENSE"] == (root / "LICENSE").read_bytes()
    assert f"\nVersion: {declared['version']}\n" in metadata
    assert "\nLicense-Expression: BSD-3-Clause\n" in metadata
    assert "hessproof = hessproof.proofs_check.cli.main:main" in texts["entry_points.txt"].decode()


@pytest.mark.slow
def test_a_package_that_is_not_declared_is_seen(copy: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(copy, changed, ignore=shutil.ignore_patterns("build", "*.egg-info"))
    (changed / "numeric" / "forgotten").mkdir()
    (changed / "numeric" / "forgotten" / "__init__.py").write_text("", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    assert difference(build("wheel", changed, out), changed) == ({"hessproof/numeric/forgotten/__init__.py"}, set())


@pytest.mark.long
def test_the_source_archive_holds_all_that_building_and_testing_needs(copy: Path, root: Path, tmp_path: Path) -> None:
    with tarfile.open(build("sdist", copy, tmp_path)) as archive:
        found = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    folders = [name for name in SOURCES if (root / name).is_dir()]
    wanted = tree(copy, *folders) | {name for name in SOURCES if name not in folders}
    assert not wanted - found
