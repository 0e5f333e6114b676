"""The pages on measures, communities and advocates: examples hold, nothing is without a page, front pages lead to all."""

import doctest
import json
import re
from pathlib import Path

import pytest

import laud

from conftest import ROOT

DOCS = ROOT / "docs"
# Folders with a page for each word, all under the same headings.
FOLDERS = [DOCS / "measures", DOCS / "communities"]
PAGES = [page for folder in FOLDERS for page in sorted(folder.glob("*.md")) if page.name != "README.md"]
ALL = [page for folder in [*FOLDERS, DOCS / "advocates"] for page in sorted(folder.glob("*.md"))]
HEADINGS = ["Conventions", "Example", "The same elsewhere", "Cost", "Reference"]
# What else has defaults: functions and methods that are no measures.
OTHERS = ("backtest", "ris", "select", "simulate", "spread")
WORDS = [name for name in json.loads(laud._laud._defaults()) if "." not in name and name not in OTHERS]
# Pages on something else than the function of their name.
CALLS = {"over_time": ".communities(", "partition": "laud.Partition.from_labels(", "projection": ".projection("}


def name(page: Path) -> str:
    return f"{page.parent.name}-{page.stem}"


def python_of(page: Path) -> str:
    """The lines of the Python blocks where they stand on the page, all other lines empty."""
    lines, inside = [], False
    for line in page.read_text(encoding="utf-8").splitlines():
        fence = line.startswith("```")
        inside = line.strip() == "```python" if fence else inside
        lines.append(line if inside and not fence else "")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("page", ALL, ids=name)
def test_the_examples_of_a_page_hold_from_top_to_bottom(page: Path) -> None:
    examples = doctest.DocTestParser().get_doctest(python_of(page), {}, page.name, str(page), 0)
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    result = runner.run(examples, out=report.append)
    assert result.failed == 0, "".join(report)
    assert result.attempted > 0, f"{page.name} has no example"


@pytest.mark.parametrize("word", WORDS)
def test_every_measure_has_a_page(word: str) -> None:
    assert (DOCS / "measures" / f"{word}.md").exists()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_example_of_a_page_calls_what_the_page_is_about(page: Path) -> None:
    assert page.read_text(encoding="utf-8").startswith(f"# {page.stem}\n")
    assert CALLS.get(page.stem, f"laud.{page.stem}(") in python_of(page)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_page_has_the_same_headings(page: Path) -> None:
    found = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert [heading for heading in found if heading in HEADINGS] == HEADINGS, f"{page.name} has {found}"


@pytest.mark.parametrize("page", ALL, ids=name)
def test_no_link_between_pages_is_broken(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_front_page_links_every_page(folder: Path) -> None:
    links = set(re.findall(r"\]\(([^)#]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8")))
    assert {page.name for page in PAGES if page.parent == folder} - links == set()
