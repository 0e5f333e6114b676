"""The pages on measures and on advocates: their examples hold, no measure is without one, front pages lead to all."""

import doctest
import json
import re
from pathlib import Path

import pytest

import laud

from conftest import ROOT

FOLDER = ROOT / "docs" / "measures"
FRONT = FOLDER / "README.md"
PAGES = sorted(page for page in FOLDER.glob("*.md") if page != FRONT)
ADVOCATES = sorted((ROOT / "docs" / "advocates").glob("*.md"))
HEADINGS = ["Conventions", "Example", "The same elsewhere", "Cost", "Reference"]
# What else has defaults: functions and methods that are no measures.
OTHERS = ("backtest", "ris", "select", "simulate", "spread")
WORDS = [name for name in json.loads(laud._laud._defaults()) if "." not in name and name not in OTHERS]


def python_of(page: Path) -> str:
    """The lines of the Python blocks where they stand on the page, all other lines empty."""
    lines, inside = [], False
    for line in page.read_text(encoding="utf-8").splitlines():
        fence = line.startswith("```")
        inside = line.strip() == "```python" if fence else inside
        lines.append(line if inside and not fence else "")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("page", [FRONT, *PAGES, *ADVOCATES], ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_the_examples_of_a_page_hold_from_top_to_bottom(page: Path) -> None:
    examples = doctest.DocTestParser().get_doctest(python_of(page), {}, page.name, str(page), 0)
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    result = runner.run(examples, out=report.append)
    assert result.failed == 0, "".join(report)
    assert result.attempted > 0, f"{page.name} has no example"


@pytest.mark.parametrize("word", WORDS)
def test_every_measure_has_a_page(word: str) -> None:
    page = FOLDER / f"{word}.md"
    assert page in PAGES, f"docs/measures/{word}.md is missing"
    assert page.read_text(encoding="utf-8").startswith(f"# {word}\n")
    assert f"laud.{word}(" in python_of(page), f"the example of {page.name} does not call laud.{word}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_page_has_the_same_headings(page: Path) -> None:
    found = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert [heading for heading in found if heading in HEADINGS] == HEADINGS, f"{page.name} has {found}"


@pytest.mark.parametrize("page", [FRONT, *PAGES, *ADVOCATES], ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_no_link_between_pages_is_broken(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_front_page_links_every_page() -> None:
    links = set(re.findall(r"\]\(([^)#]+\.md)\)", FRONT.read_text(encoding="utf-8")))
    assert {page.name for page in PAGES} - links == set()
