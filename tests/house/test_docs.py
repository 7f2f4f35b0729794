"""The code in docs/ runs, page by page, on an atlas that `atlas demo` has filled, and prints what the page shows."""

import re
from itertools import pairwise, zip_longest
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from pages import blocks, run, shell

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs").rglob("*.md"))
STEP_BY_STEP = [page for page in PAGES if page.name == "tutorial.md" or page.parent.name == "how-to"]
WITH_PYTHON = [page for page in PAGES if page not in STEP_BY_STEP and "```python" in page.read_text(encoding="utf-8")]
NOTEBOOKS = sorted((ROOT / "docs/notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: page.stem)
def test_python(page, demo_environment, tmp_path):
    code = [block for block in blocks(page) if block.language == "python"]
    assert any(map(str.strip, run(code, demo_environment, tmp_path)))


@pytest.mark.parametrize("page", STEP_BY_STEP, ids=lambda page: page.stem)
def test_step_by_step(page, demo_environment, tmp_path):
    found = blocks(page)
    printed = iter(run([block for block in found if block.language != "text"], demo_environment, tmp_path))
    for block, after in pairwise([*found, None]):
        shown = next(printed) if block.language != "text" else None
        if shown is not None and after is not None and after.language == "text":
            assert_agree(after, shown)


def assert_agree(said, shown):
    """Compare line by line, `...` with anything; where a note says whose numbers they are, words of the first line."""
    told, printed = ([line.rstrip() for line in text.strip("\n").splitlines()] for text in (said.text, shown))
    if said.note:
        assert re.findall("[a-z_]+", told[0]) == re.findall("[a-z_]+", printed[0])
    else:
        assert told == [line if mine != "..." else mine for mine, line in zip_longest(told, printed)]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_notebook(notebook, demo_environment, tmp_path, monkeypatch):
    for name, value in shell(demo_environment).items():
        monkeypatch.setenv(name, value)
    read = nbformat.read(notebook, as_version=4)
    assert not any(cell.outputs for cell in read.cells if cell.cell_type == "code"), "clear its outputs"
    NotebookClient(read, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    (table,) = read.cells[-1].outputs
    assert table.output_type == "execute_result" and "<table" in table.data["text/html"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
