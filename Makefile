# `make demo` goes from nothing to a first answer, `make test` runs the tests; both install what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check docs published benchmarks studies schema reference clean

demo: $(VENV)/installed
	$(BIN)/atlas demo

test: $(VENV)/installed-test
	$(BIN)/pytest --numprocesses 2 tests/unit
	$(BIN)/pytest --ignore tests/unit

check: $(VENV)/installed-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict atlas ingest
	$(BIN)/lint-imports

docs: $(VENV)/installed-docs
	$(BIN)/mkdocs build --strict

published: $(VENV)/installed-test
	$(BIN)/pytest -m published

benchmarks: $(VENV)/installed-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[benchmarks]'
	$(BIN)/python -m benchmarks.load
	$(BIN)/python -m benchmarks.offline
	$(BIN)/python -m benchmarks.rows
	$(BIN)/python -m benchmarks.demo
	$(BIN)/python -m benchmarks.sweep
	$(BIN)/python -m benchmarks.leiden
	$(BIN)/python -m benchmarks.n_cut
	$(BIN)/python -m benchmarks.lesions
	$(BIN)/python -m benchmarks.spearman
	$(BIN)/python -m benchmarks.information
	$(BIN)/python -m benchmarks.decomposition
	$(BIN)/python -m benchmarks.relay
	$(BIN)/python -m benchmarks.correlation
	$(BIN)/python -m benchmarks.queries

# MNIST and the published networks lie in DATA; the pages and figures go to docs/studies.
DATA ?= ../shared/data
studies: $(VENV)/installed-test
	$(BIN)/python -m studies.populations --data $(DATA)
	$(BIN)/python -m studies.modules --data $(DATA)
	$(BIN)/python -m studies.complexity --data $(DATA)
	$(BIN)/python -m studies.relays --data $(DATA)
	$(BIN)/python -m studies.correlation --data $(DATA)

# The schema page is made from atlas/schema; never edit it by hand.
schema: $(VENV)/installed
	$(BIN)/python -m atlas.schema.page > docs/schema.md

# So are the pages of all questions and of all commands, from queries/ and atlas/cli.
reference: schema
	$(BIN)/python -m atlas.catalogue.page > docs/queries.md
	$(BIN)/python -m atlas.cli.page > docs/commands.md

$(VENV)/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("network-atlas needs Python 3.10 or newer") if sys.version_info < (3, 10) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

$(VENV)/installed-docs: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	touch $@

clean:
	rm -rf $(VENV) build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis
