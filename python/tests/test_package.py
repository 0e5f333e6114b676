"""The package as a whole: documentation, types, import time, the command, the notebooks."""

import doctest
import subprocess
import sys
from pathlib import Path

import nbformat
import polars
import pytest
from nbclient import NotebookClient

import laud

from conftest import ROOT

CAFE = ROOT / "data" / "cafe.csv"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def documented():
    """Every public name with its docstring: functions, classes, methods."""
    for name in laud.__all__:
        thing = getattr(laud, name)
        if name != "__version__":
            yield name, thing.__doc__
        if isinstance(thing, type) and issubclass(thing, (laud.Table, laud.Graph, laud.Network)):
            for member, value in vars(thing).items():
                if not member.startswith("_"):
                    yield f"{name}.{member}", value.__doc__


DOCUMENTED = dict(documented())


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_name_is_documented_and_its_examples_hold(name: str) -> None:
    text = DOCUMENTED[name]
    assert text, f"{name} has no docstring"
    example = doctest.DocTestParser().get_doctest(text, {"laud": laud}, name, None, None)
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example)
    assert result.failed == 0
    if callable(getattr(laud, name, None)) and name.islower():
        assert result.attempted > 0, f"{name} has no example"


def run(*arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run(arguments, capture_output=True, text=True, **options)


def test_stubs_agree_with_the_package() -> None:
    outcome = run(sys.executable, "-m", "mypy.stubtest", "laud", "--ignore-disjoint-bases", cwd=ROOT / "python")
    assert outcome.returncode == 0, outcome.stdout


def test_importing_is_quick_and_pulls_in_nothing_heavy() -> None:
    code = """
import sys, time
began = time.perf_counter()
import laud
took = time.perf_counter() - began
heavy = {"numpy", "polars", "pandas", "pyarrow"} & set(sys.modules)
print(took, *heavy)
"""
    outcomes = [run(sys.executable, "-c", code).stdout.split() for _ in range(3)]
    assert [outcome[1:] for outcome in outcomes] == [[], [], []]
    assert min(float(outcome[0]) for outcome in outcomes) < 0.05


def test_the_wheel_brings_the_command() -> None:
    outcome = run(sys.executable, "-m", "laud", "--version")
    assert (outcome.returncode, outcome.stdout.split()[:2]) == (0, ["laud", laud.__version__])
    wrong = run(sys.executable, "-m", "laud", "rnak")
    assert wrong.returncode == 2 and "rank" in wrong.stderr


@pytest.mark.parametrize("ending", ["parquet", "csv", "json", "ndjson", "arrow"])
def test_the_command_and_python_write_the_same_bytes(ending: str, tmp_path: Path, log: polars.DataFrame) -> None:
    path = CAFE
    brand = "aurora"
    if not CAFE.exists():
        path, brand = tmp_path / "log.csv", "acme"
        log.write_csv(path)
    mine, theirs = tmp_path / f"mine.{ending}", tmp_path / f"theirs.{ending}"
    laud.Network.from_events(path, brands=brand).rank(brand).write(mine)
    outcome = run(sys.executable, "-m", "laud", "rank", str(path), "--brand", brand, "-o", str(theirs), "--quiet")
    assert outcome.returncode == 0, outcome.stderr
    assert mine.read_bytes() == theirs.read_bytes()
    assert companion(mine) == companion(theirs)


def companion(path: Path) -> bytes:
    beside = path.with_name(path.name + ".meta.json")
    return beside.read_bytes() if beside.exists() else b""


@pytest.mark.skipif(not NOTEBOOKS, reason="there are no notebooks")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_run_from_top_to_bottom(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
