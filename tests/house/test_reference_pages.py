"""The pages that are made from the code are what it makes."""

from pathlib import Path

from atlas import catalogue
from atlas.catalogue.page import page as questions_page
from atlas.cli.page import page as commands_page

DOCS = Path(__file__).parents[2] / "docs"


def test_the_questions_are_those_of_the_query_files():
    assert (DOCS / "queries.md").read_text(encoding="utf-8") == questions_page(), "run `make reference`"


def test_the_commands_are_those_of_the_command_line():
    assert (DOCS / "commands.md").read_text(encoding="utf-8") == commands_page(), "run `make reference`"


def test_every_question_tells_its_parameters_and_columns():
    page = questions_page()
    for query in catalogue.questions():
        section = page.partition(f"### `{query.name}`\n")[2].partition("\n### ")[0]
        assert query.question in section
        cells = [line.split(" | ")[0].strip("| `") for line in section.splitlines() if line.startswith("| `")]
        assert cells == [each.name for each in (*query.parameters, *query.columns)]


def test_either_analysis_is_named_where_either_will_do():
    section = questions_page().partition("### `safe_to_prune`\n")[2].partition("\n### ")[0]
    assert "`atlas ablate NETWORK`, `atlas ablate NETWORK --partition PARTITION`" in section


def test_a_command_tells_choices_and_defaults():
    page = commands_page()
    assert "## `atlas server start`" in page
    section = page.partition("## `atlas ablate NETWORK`\n")[2].partition("\n## ")[0]
    assert (
        "| `--method` | `zero`, `mean`, `balanced_mean`, `resample` | `zero` | What replaces the activations. |"
        in section
    )
    assert "| `NETWORK` |  | required | Key of the network. |" in section
    assert "```sh\natlas ablate digits-mlp --method mean --dry-run\n```" in section
