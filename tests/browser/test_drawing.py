"""`network.draw`, as Chromium shows its page and a notebook's cell."""

import re
from collections import Counter
from contextlib import contextmanager
from itertools import pairwise

import pandas as pd
import pytest
from playwright.sync_api import expect
from queries.conftest import KEY
from queries.conftest import network as blocks
from typer.testing import CliRunner

from atlas.cli.app import app
from atlas.client.network import Network
from atlas.errors import EmptySelection, InputError, MissingAnalysis, UnknownName
from atlas.figures.network import NetworkPicture, network_page
from atlas.schema.style import DISTINCT, ROLE_COLOURS
from atlas.store import load
from atlas.store.remove import remove_network

PARTITION = "leiden-1.0-seed0"


@pytest.fixture
def network(store):
    return Network(store, KEY)


@pytest.fixture
def page(chromium):
    page = chromium.new_page(viewport={"width": 1300, "height": 1100})
    yield page
    page.close()


@pytest.fixture
def opened(page, tmp_path):
    """Open a page that was drawn."""

    def opened(text):
        file = tmp_path / "network.html"
        file.write_text(text, encoding="utf-8")
        page.goto(file.as_uri())
        return page

    return opened


def neurons(page):
    return page.locator("path[d*=' A '][clip-path]")  # arcs; those of the legend are not clipped


def weights(page):
    return page.locator("path[d*=' C '][clip-path]")  # Bézier curves


def fills(page):
    return Counter(circle.get_attribute("fill") for circle in neurons(page).all())


def told(page):
    """Give the lines below the picture."""
    return page.locator(".bk-Div .bk-clearfix").inner_text().strip().splitlines()


@contextmanager
def one_more(store, key="drawn-only"):
    """Have the network under another key for a while, without analyses."""
    load(store, blocks(key))
    yield key
    remove_network(store, key)


def rgb(colour: str) -> str:
    return f"rgb({','.join(str(int(colour[start : start + 2], 16)) for start in (1, 3, 5))})"


def test_everything_is_drawn_and_no_other_host_is_asked(network, page, tmp_path):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    network.draw(partition=PARTITION).write(tmp_path / "network.html")
    page.goto((tmp_path / "network.html").as_uri())
    expect(neurons(page)).to_have_count(14)
    expect(weights(page)).to_have_count(20)  # those that are 0 are none
    assert {url.partition(":")[0] for url in asked} <= {"file", "data", "blob"}


def test_a_notebook_shows_it(network, page):
    page.set_content(network.draw(partition=PARTITION)._repr_html_())
    expect(neurons(page.frame_locator("iframe"))).to_have_count(14)


def test_what_is_left_out_and_which_runs_it_shows_stand_below(network, opened):
    drawing = network.draw(partition=PARTITION, strongest=1, top=2)
    page = opened(drawing.page)
    expect(neurons(page)).to_have_count(8)
    expect(weights(page)).to_have_count(5)
    assert told(page) == [
        f"Colour: cluster of {PARTITION}; by {KEY}/run/partition-only.",
        f"Area: effect_points, from 0 and less to 50 percentage points; hollow: not measured; by {KEY}/run/ablate-new.",
        "8 neurons, 6 left out: at most 2 of a layer, those of largest effect_points, then strength.",
        "5 weights, 1 between these neurons left out: the 1 strongest into each are drawn, as wide as they are strong.",
    ]


def test_clusters_have_colours(network, opened):
    page = opened(network.draw(partition=PARTITION, layers="dense_1,dense_2").page)
    expect(neurons(page)).to_have_count(8)
    assert fills(page) == dict(zip(map(rgb, DISTINCT[:5]), (3, 2, 1, 1, 1), strict=True))


def test_roles_have_colours(network, opened):
    """dense_2/0 is a relay, redundant and a bottleneck: the first is seen."""
    page = opened(network.draw(colour="role", layers="dense_1,dense_2").page)
    expect(neurons(page)).to_have_count(8)
    roles = {rgb(ROLE_COLOURS[role]): n for role, n in (("relay", 2), ("dead", 1), ("specialist", 1))}
    assert fills(page) == {**roles, rgb("#BBBBBB"): 4}


def test_areas_go_with_the_measure(network, opened):
    """Of x of at most 50 points the squared radius is 16 + 180 x / 50 pixels; effects are 50, 40, 25 and 0 points."""
    page = opened(network.draw(partition=PARTITION, layers="dense_1,dense_2").page)
    expect(neurons(page)).to_have_count(8)
    radii = Counter(re.search(r" A ([0-9.]+)", path.get_attribute("d"))[1][:5] for path in neurons(page).all())
    assert radii == {"14": 3, "12.64": 1, "10.29": 2, "4": 2}


def test_a_network_that_was_only_ingested(store, opened):
    """All alike: nothing need have been measured."""
    with one_more(store) as key:
        page = opened(Network(store, key).draw(colour=None, size=None).page)
        with pytest.raises(InputError, match=f"has no partition. Make one first: `atlas partition {key}`"):
            Network(store, key).draw()
    expect(neurons(page)).to_have_count(14)
    assert fills(page) == {rgb("#BBBBBB"): 14}
    assert told(page)[0] == "14 neurons: at most 50 of a layer, those of largest strength."


def test_one_cluster(network, opened):
    page = opened(network.draw(partition=PARTITION, cluster=0).page)
    expect(neurons(page)).to_have_count(6)
    expect(weights(page)).to_have_count(6)
    assert fills(page) == {rgb(DISTINCT[0]): 3, rgb("#FFFFFF"): 3}  # inputs and outputs are not ablated


def one_neuron(name: str) -> NetworkPicture:
    """Give a picture of one neuron with a weight onto itself; whatever can be told is `name`."""
    return NetworkPicture(
        neurons=pd.DataFrame({"neuron": [name], "layer": "a", "group": name, "size": 1.0, "hint": name}),
        weights=pd.DataFrame({"source": [name], "target": [name], "value": [1.0], "strength": [1.0]}),
        columns={"a": name},
        colours={name: "#000000"},
        title=name,
        notes=[name],
    )


def test_a_weight_onto_the_same_neuron_is_a_loop(opened):
    box = weights(opened(network_page(one_neuron("a")))).bounding_box()
    assert box["width"] > 20
    assert box["height"] > 20


def test_many_layers_stand_apart(opened):
    """Forty columns of 120 pixels or more: the page is wider than a window."""
    names = [f"layer{number}" for number in range(40)]
    neurons_of = pd.DataFrame({"neuron": names, "layer": names, "group": "all", "size": 1.0, "hint": ""})
    none = pd.DataFrame({"source": [], "target": [], "value": [], "strength": []}, dtype=float)
    labels = {name: f"{name} (50 of 2048)" for name in names}
    picture = NetworkPicture(
        neurons=neurons_of, weights=none, columns=labels, colours={"all": "#000000"}, title="deep", notes=[]
    )
    page = opened(network_page(picture))
    expect(neurons(page)).to_have_count(40)
    left = sorted(circle.bounding_box()["x"] for circle in neurons(page).all())
    assert min(right - left for left, right in pairwise(left)) > 115


@pytest.mark.parametrize(
    "evil",
    [
        "<img src=x onerror=document.title='run'>",
        "</script><script>document.title='run'</script>",
        "\"'`${1}\\&lt;{{1}}",
    ],
)
def test_whatever_is_told_is_text(opened, evil):
    page = opened(network_page(one_neuron(evil)))
    neurons(page).hover(force=True)
    expect(page.locator(".bk-Tooltip")).to_contain_text(evil)
    assert page.locator("img").count() == 0
    assert page.title() == evil
    assert told(page) == [evil]


def test_the_command(network, tmp_path):
    words = ["draw", KEY, "--partition", PARTITION, "--output", str(tmp_path / "network.html"), "--top", "2"]
    done = CliRunner().invoke(app, words)
    assert "Drew 8 neurons (6 left out) and 6 weights (0 left out) on" in done.stdout
    again = CliRunner().invoke(app, words)
    assert again.exit_code == 1
    assert "exists. Choose another name, or replace it with --overwrite." in again.stderr


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"cluster": 9}, UnknownName, "Unknown cluster '9' of 'leiden-1.0-seed0'. Known: 0, 1, 2, 3, 4."),
        ({"layers": "dense_4"}, UnknownName, "Unknown layer 'dense_4'. Did you mean 'dense_3'?"),
        ({"partition": "leiden"}, UnknownName, "Unknown partition 'leiden'. Did you mean 'leiden-1.0-seed0'?"),
        ({"cluster": 2, "layers": "input"}, EmptySelection, "The cluster 2 has no neuron in input."),
        ({"size": "activity"}, UnknownName, "Unknown measure of neurons 'activity'."),
        ({"size": "gaussian_mismatch_q"}, UnknownName, "Did you mean 'gaussian_mismatch'?"),
    ],
)
def test_what_does_not_fit_is_refused(network, asked, error, told):
    with pytest.raises(error, match=re.escape(told)):
        network.draw(**{"partition": PARTITION, **asked})


def test_what_no_run_has_measured_is_refused(store, network):
    text = "MATCH (n:Neuron {network: $network}) REMOVE n.selectivity"
    store.transact(lambda tx: tx.run(text, network=KEY).consume())
    with pytest.raises(MissingAnalysis, match=f"Run it first: `atlas indicators {KEY}`"):
        network.draw(partition=PARTITION, size="selectivity")
