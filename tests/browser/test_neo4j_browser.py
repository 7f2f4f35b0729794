"""Neo4j Browser, as `atlas server browser` opens it: the questions as saved scripts, the pictures, the colours."""

import base64
import json
import re
from pathlib import Path

import neo4j
import pytest
from playwright.sync_api import Page, expect
from queries.conftest import HIDDEN, KEY
from typer.testing import CliRunner

import atlas.catalogue as catalogue
from atlas.catalogue.guide import parameters
from atlas.catalogue.header import example_lines, example_values
from atlas.cli.app import app
from atlas.schema import ROLE_LABELS
from atlas.schema.style import KINDS, ROLE_COLOURS

# One of each folder of queries/ that has pictures.
DRAWN = ("motif_counts", "strongest_inputs", "cluster_members", "effect_and_information", "information_by_layer")
DRAWN += ("order_by_layer",)
OWN = {"digits-mlp": KEY, "fc2": "dense_2"}
DROP = """([name, content]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([Uint8Array.from(atob(content), letter => letter.charCodeAt(0))], name));
  for (const kind of ["dragenter", "dragover", "drop"])
    document.querySelector(".filedrop").dispatchEvent(
      new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true}));
}"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """What `atlas server browser` writes for Browser's window."""
    folder = tmp_path_factory.mktemp("browser")
    done = CliRunner().invoke(app, ["server", "browser", "--files", str(folder)])
    assert done.exit_code == 0
    return [Path(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def page(chromium, neo4j_server, store, files):
    """Browser, logged in, with both files dropped on its window and the parameters set to this network."""
    page = chromium.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(60_000)
    page.route(lambda url: "127.0.0.1" not in url, lambda route: route.abort())  # telemetry and guides
    page.goto(neo4j_server.browser_uri, wait_until="domcontentloaded")
    page.get_by_test_id("password").fill(neo4j_server.password)  # the user is filled in
    page.get_by_role("button", name="Connect", exact=True).click()
    page.get_by_text(":play start").first.wait_for()  # the first thing Browser shows once connected
    for file in files:
        page.evaluate(DROP, [file.name, base64.b64encode(file.read_bytes()).decode()])
    page.get_by_test_id("navigationFavorites").click()
    run_all(page, own(parameters()))
    yield page
    page.close()


def own(text: str) -> str:
    """Put this network and its layer in the place of the demo's."""
    return re.sub("|".join(OWN), lambda match: OWN[match[0]], text)


def type_in(page: Page, text: str) -> None:
    """Type into the editor and run it; inserted whole, so that the editor closes no brackets of its own."""
    page.locator(".monaco-editor").first.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)
    page.keyboard.press("Control+Enter")


def answered(page: Page, text: str):
    """Type a statement into the editor and run it; give the frame of its answer, the only one."""
    type_in(page, ":clear")
    expect(page.locator("article")).to_have_count(0)
    type_in(page, text)
    return page.locator("article")


def run_all(page: Page, text: str):
    """Run several statements together and wait until all have done."""
    expect(answered(page, text).get_by_title("Status: success")).to_have_count(text.count(";\n"))


def table(frame) -> list[list[object]]:
    """Give the rows of a table; every cell is JSON, and before the first column stand the numbers of rows."""
    frame.get_by_role("columnheader").first.wait_for()
    return [
        [json.loads(cell) for cell in row.locator("td").all_inner_texts()[1:]]
        for row in frame.locator("tbody tr").all()
    ]


def as_shown(asked) -> list[list[object]]:
    """Give the rows of an answer in Python, None where nothing is."""
    return asked.astype(object).where(asked.notna(), None).values.tolist()


def run_script(page: Page, subject: str, text: str):
    """Run a saved script of a folder by one click and give the frame of its answer."""
    title = text.splitlines()[0].removeprefix("// ")
    script = page.get_by_test_id("savedScriptListItem").filter(has=page.get_by_test_id(f"scriptTitle-{title}"))
    if not script.count():
        page.get_by_text(subject, exact=True).first.click()
    script.get_by_test_id("savedScriptsButton-Run").click()
    return page.locator("article", has_text=text.splitlines()[0]).first


def drawn(frame):
    return frame.locator("svg g.node")


@pytest.fixture(scope="module")
def driver(neo4j_server):
    with neo4j.GraphDatabase.driver(neo4j_server.uri, auth=(neo4j_server.user, neo4j_server.password)) as driver:
        yield driver


def test_no_error_has_been_shown(page):
    assert page.get_by_text("ERROR", exact=True).count() == 0


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_has_the_nodes_of_the_driver(page, driver, name):
    question = catalogue.find(name)
    named = {line.split()[1] for line in example_lines(question.view)}
    lines = [line.removesuffix(";") for line in own(parameters()).splitlines() if line.startswith(":param")]
    values = example_values(tuple(line for line in lines if line.split()[1] in named), question.path)
    graph = driver.execute_query(question.view, values, result_transformer_=lambda result: result.graph())
    frame = run_script(page, question.subject, question.view.replace("// ", "// Drawn: ", 1))
    nodes = [node for node in graph.nodes if node.labels]  # those without are not returned, only an end of what is
    assert len(nodes) > 1
    expect(drawn(frame)).to_have_count(len(nodes))


def test_labels_and_roles_have_their_colours(page, driver):
    """Each neuron has two roles; the first of `ROLE_LABELS` is seen. Captions are numbers."""
    labels = list(ROLE_LABELS.values())
    for place, neuron in enumerate(HIDDEN):
        two = ":".join(labels[place : place + 2])
        text = f"MATCH (n:Neuron {{key: $neuron}}) REMOVE n:{':'.join(labels)} SET n:{two}"
        driver.execute_query(text, neuron=neuron)
    type_in(page, "MATCH (l:Layer {name: 'dense_1'})-[:HAS_NEURON]->(n {network: $network}) RETURN l, n")
    frame = page.locator("article", has_text="MATCH (l:Layer").first
    expect(drawn(frame)).to_have_count(5)
    seen = {
        node.locator("text").first.text_content().strip(): node.locator("circle.b-outline").get_attribute("fill")
        for node in drawn(frame).all()
    }
    first = list(ROLE_COLOURS.values())[:4]
    assert seen == {"dense_1": KINDS["Layer"][0], **{str(number): colour for number, colour in enumerate(first)}}


def test_what_explain_gives_has_the_rows_of_python(page, store):
    """Pasted; one short question, for the editor takes long to read it."""
    asked = catalogue.ask(store, "cluster_members", {"network": KEY, "partition": "leiden-1.0-seed0", "cluster": 1})
    first, _, cypher = asked.attrs["explanation"].partition("\n\n")
    run_all(page, first + "\n")
    assert table(answered(page, cypher)) == as_shown(asked)
    assert len(asked) == 5


@pytest.mark.parametrize("name", DRAWN)
def test_after_its_param_lines_a_question_gives_the_rows_of_python(page, store, name):
    question = catalogue.find(name)
    lines = tuple(map(own, question.examples))
    run_all(page, "".join(f"{line};\n" for line in lines))
    asked = catalogue.ask(store, name, example_values(lines, question.path))
    assert table(run_script(page, question.subject, question.text)) == as_shown(asked)
    assert len(asked) > 0
