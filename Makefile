# `make setup` once, then `make demo`, `make test`. TIELINE_WHEELS=DIR installs from a folder of wheels, without a network.
PYTHON ?= python3
TIELINE_WHEELS ?=
BIN := .venv/bin
READY := .venv/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check
FROM := $(if $(TIELINE_WHEELS),--no-index --find-links "$(TIELINE_WHEELS)")
LOCK := $(BIN)/pip-compile --quiet --no-config --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-annotate --no-emit-options --no-emit-index-url --no-emit-find-links --pip-args "--only-binary :all:"

# Where tests count what promises say.
FAULTS := tests/faults tests/store tests/conformance tests/golden tests/exchange/test_undo.py \
	tests/unit/connectors tests/unit/ledger tests/unit/test_loggers.py tests/unit/test_secret_references.py

.PHONY: setup demo test check lint faults bench nightly coverage-table docs lock clean

setup: $(READY)

$(READY): requirements/lock.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "tieline needs Python 3.11 or newer: make setup PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "python3-venv is missing; install it: sudo apt-get install -y python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(PIP) install --quiet $(FROM) --require-hashes -r requirements/lock.txt
	$(PIP) install --quiet --no-index --no-deps --no-build-isolation -e .
	@touch $@

demo: setup
	$(BIN)/tieline demo

test: setup
	$(BIN)/python -m pytest -n auto -m "not nightly"
	@$(MAKE) --no-print-directory lint

check: lint
	$(BIN)/python -m pytest -q tests/test_layers.py tests/test_numbers.py

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

faults: setup
	TIELINE_FAULTS=full TIELINE_SEEDS=2000 $(BIN)/python -m pytest -n auto -m "not nightly" --figures=docs/figures.json $(FAULTS)

nightly: setup
	$(BIN)/python -m pytest -m nightly --figures=docs/figures.json

bench: setup
	$(PIP) install --quiet $(FROM) --require-hashes -r requirements/bench.txt
	$(BIN)/python -m bench

coverage-table: setup
	$(BIN)/python -m pytest -n auto -m "not nightly" --coverage-table=docs/coverage.md

docs: setup
	$(BIN)/python -m tests.documents
	$(BIN)/python -m tests.feel_manual

lock: setup
	$(LOCK) --extra postgres --extra dev -o requirements/lock.txt pyproject.toml
	$(LOCK) --extra bench -c requirements/lock.txt -o requirements/bench.txt pyproject.toml

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
