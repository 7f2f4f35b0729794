"""Headless Chromium, and the network of tests/queries in the graph of the server it looks at."""

import shutil

import pytest
from playwright.sync_api import expect, sync_playwright
from queries.conftest import filled

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


expect.set_options(timeout=60_000)  # in milliseconds


@pytest.fixture(scope="module")
def chromium():
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "install Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def store(neo4j_server):
    with filled(neo4j_server.uri, neo4j_server.user, neo4j_server.password) as store:
        yield store
