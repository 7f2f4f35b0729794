"""The saved scripts of Neo4j Browser."""

import io
import re
import zipfile

from atlas.catalogue import questions
from atlas.catalogue.guide import guide, parameters


def scripts():
    with zipfile.ZipFile(io.BytesIO(guide())) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def test_a_script_for_every_question_and_picture():
    named = {f"{query.subject}/{query.name}" for query in questions()}
    drawn = {f"{query.subject}/{query.name}.view" for query in questions() if query.view}
    assert set(scripts()) == {"parameters.cypher"} | {f"{name}.cypher" for name in named | drawn}


def test_a_script_is_the_query_file():
    for query in questions():
        assert scripts_of(query) == [query.text, *([query.view] if query.view else [])]


def scripts_of(query):
    found = SCRIPTS[f"{query.subject}/{query.name}.cypher"], SCRIPTS.get(f"{query.subject}/{query.name}.view.cypher")
    return [text.replace("// Drawn: ", "// ", 1) for text in found if text is not None]


SCRIPTS = scripts()


def test_no_two_scripts_of_a_folder_have_one_title():
    titles = [(name.partition("/")[0], text.splitlines()[0]) for name, text in SCRIPTS.items()]
    assert len(set(titles)) == len(titles)


def test_every_parameter_is_set_once():
    named = re.findall(r"^:param (\w+) => [^;]+;$", parameters(), flags=re.MULTILINE)
    assert sorted(named) == sorted({parameter.name for query in questions() for parameter in query.parameters})


def test_a_parameter_names_one_kind_of_thing():
    """It is set for all questions at once: what is a key in one and a name in another would find nothing in one."""
    kinds: dict[str, set[str]] = {}
    for query in questions():
        for parameter in query.parameters:
            if found := re.match(r"(key|name) of", parameter.meaning):
                kinds.setdefault(parameter.name, set()).add(found[1])
    assert {name for name, kind in kinds.items() if len(kind) > 1} == set()
    assert kinds["first"] == {"key"}


def test_the_first_example_that_is_not_null_is_taken():
    """`fdr` is null in most questions; `network` names the demo's, though questions about the atlas have null."""
    assert ":param fdr => 0.05;" in parameters()
    assert ":param network => 'digits-mlp';" in parameters()
    assert ":param run => null;" in parameters()


def test_the_same_questions_give_the_same_file():
    assert guide() == guide()
