"""Neo4j Browser, as a user opens it, asks the headline question and draws a cluster."""

import shutil

import pytest
from playwright.sync_api import Page, sync_playwright

import atlas.catalogue as catalogue

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


@pytest.fixture(scope="module")
def page(demo_environment, neo4j_server):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "install Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(90_000)
        page.route(lambda url: "127.0.0.1" not in url, lambda route: route.abort())  # telemetry and guides
        page.goto(neo4j_server.browser_uri, wait_until="domcontentloaded")
        page.get_by_test_id("username").fill(neo4j_server.user)
        page.get_by_test_id("password").fill(neo4j_server.password)
        page.get_by_role("button", name="Connect", exact=True).click()
        page.get_by_text(":play start").first.wait_for()  # the first thing Browser shows once connected
        yield page
        browser.close()


def type_in(page: Page, text: str) -> None:
    """Type into the editor and run it; inserted whole, so that the editor closes no brackets of its own."""
    page.locator(".monaco-editor").first.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)
    page.keyboard.press("Control+Enter")


def set_parameters(page: Page, examples: list[str]) -> None:
    for example in examples:
        type_in(page, example)
        page.locator("article", has_text=example).first.get_by_text("Successfully set your parameters").wait_for()


def test_the_headline_question(page):
    question = catalogue.find("effect_and_information")
    set_parameters(page, list(question.examples))
    type_in(page, question.text)
    page.get_by_role("columnheader", name="quadrant").wait_for()
    assert page.get_by_role("columnheader", name="effect_points").count() == 1


def test_a_cluster_is_drawn(page):
    type_in(
        page,
        "MATCH path = (:Neuron)-[:IN_CLUSTER]->(:Cluster {key: 'digits-mlp/leiden-1.0-seed0/0'}) RETURN path LIMIT 25",
    )
    drawn = page.locator("svg g.node")
    drawn.nth(25).wait_for()
    assert drawn.count() == 26  # 25 neurons and their cluster
