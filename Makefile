# Two commands: `make run` starts Facet on this machine, `make test` checks everything. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .stamps
PROCESS_TESTS := tests/workers/test_processes.py tests/workers/test_killed_baseline.py tests/workers/test_doorbell.py \
	tests/workers/test_filesystem_transport.py tests/cli/test_commands.py tests/cli/test_serve.py tests/deploy
FRONTEND_SOURCES := $(shell find frontend/src frontend/public -type f 2>/dev/null) $(wildcard frontend/*.ts frontend/*.js frontend/*.cjs frontend/*.html)

.PHONY: run test setup setup-dev services lint types contract unit processes frontend-test e2e generate clean

run: setup
	@exec $(BIN)/facet serve $(if $(DEMO),--demo)

setup: $(STAMPS)/python $(STAMPS)/frontend

setup-dev: setup $(STAMPS)/python-dev

$(STAMPS)/python: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Facet needs Python 3.11 or newer: make run PYTHON=python3.12"; exit 1; }
	@mkdir -p $(STAMPS)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(STAMPS)/python-dev: $(STAMPS)/python
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(STAMPS)/node: frontend/package.json frontend/package-lock.json
	@command -v npm >/dev/null || { echo "Facet needs Node 20 or newer, with npm, to build its front end."; exit 1; }
	@mkdir -p $(STAMPS)
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/frontend: $(STAMPS)/node $(FRONTEND_SOURCES)
	cd frontend && npm run --silent build -- --logLevel warn
	@touch $@

# What tests talk to: PostgreSQL, Redis and Chromium, installed and started where they are missing and that is allowed.
services:
	@.ci/services $(STAMPS)/services.env

# What keeps one core busy goes side by side; the other tests need both.
test:
	@$(MAKE) --no-print-directory -j 2 setup-dev services
	@$(MAKE) --no-print-directory -j 2 --output-sync=target lint types contract frontend-test
	@$(MAKE) --no-print-directory unit processes e2e
	@echo "All green."

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	cd frontend && npm run --silent lint

types: setup-dev
	$(BIN)/mypy
	cd frontend && npm run --silent typecheck

contract: setup-dev
	$(BIN)/lint-imports

frontend-test: $(STAMPS)/node
	cd frontend && npm run --silent test

# Two processes on two cores: threads of the networks would only wait for one another.
unit: setup-dev services
	. $(STAMPS)/services.env && OMP_NUM_THREADS=1 $(BIN)/pytest tests -n 2 $(addprefix --ignore=,$(PROCESS_TESTS) tests/e2e)

# A file at a time on each of two: their tests stand on one set-up, start workers, kill them, and empty a broker.
processes: setup-dev services
	. $(STAMPS)/services.env && $(BIN)/pytest $(PROCESS_TESTS) -n 2 --dist loadfile

e2e: setup-dev services
	. $(STAMPS)/services.env && $(BIN)/pytest tests/e2e -n 2 --dist loadfile

# Everything that is derived from the code: the API's document, the front end's types and its copy of the schema.
generate: setup-dev
	$(BIN)/python -m backend.openapi frontend/src/api/openapi.json
	cd frontend && npm run --silent types
	$(BIN)/python -m ml.schema frontend/src/schema/schema.generated.ts

clean:
	rm -rf $(STAMPS) frontend/dist frontend/node_modules $(VENV)
