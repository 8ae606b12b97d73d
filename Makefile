# Everything a newcomer needs. Each target sets up .venv by itself: with uv where it is installed, else with pip.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# many tests wait for a process or a file, so that one worker more than there are processors keeps these busy
WORKERS := $(shell echo $$(($$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1)))

.PHONY: demo test lint fuzz mutants bench schemas docs test-live clean help

help:  ## show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.demo  ## check, test, plan and apply the sample organisation, then replay a day of traffic
	$(BIN)/remit demo

test: $(VENV)/.dev  ## the whole test suite, with branch coverage
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --cov --cov-report=term:skip-covered --cov-fail-under=95

lint: $(VENV)/.dev  ## formatting, lint, types, and the layering of the packages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fuzz: $(VENV)/.dev  ## a million cases of the language, deliberate mistakes, and 10,000 stories of reconcile with faults
	cd tests && ../$(BIN)/python -m fuzz

mutants: $(VENV)/.dev  ## only whether the tests see deliberate mistakes
	cd tests && ../$(BIN)/python -m fuzz mutants

bench: $(VENV)/.bench  ## measure against rivals in one run, and write docs/benchmarks.md
	$(BIN)/python -m benchmarks

schemas: $(VENV)/.demo  ## generate schemas/ from the resource models
	$(BIN)/remit schema --write schemas

docs: $(VENV)/.dev  ## generate the reference pages from the code
	$(BIN)/python docs/generate.py

test-live: $(VENV)/.live  ## tests against real counterparts and real data, where they are present
	$(BIN)/python -m pytest -m live tests/live

clean:  ## remove everything that can be made again
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage build dist

$(VENV)/bin/python:
	@if command -v uv >/dev/null 2>&1; then uv venv --quiet --seed --python "$(PYTHON)" $(VENV) || "$(PYTHON)" -m venv $(VENV); \
	else "$(PYTHON)" -m venv $(VENV); fi

$(VENV)/.demo: pyproject.toml | $(VENV)/bin/python
	@echo "setting up $(VENV) (once, about a minute)"
	@.ci/install $(BIN)/python '.[report]'
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	@echo "setting up $(VENV) for development (once, about a minute)"
	@.ci/install $(BIN)/python '.[dev]'
	@touch $@ $(VENV)/.demo

$(VENV)/.live: pyproject.toml $(VENV)/.dev
	@echo "setting up $(VENV) for the live tests (once, about a minute)"
	@.ci/install $(BIN)/python '.[dev,live]'
	@touch $@

$(VENV)/.bench: pyproject.toml | $(VENV)/bin/python
	@echo "setting up $(VENV) for the benchmarks (once, about a minute)"
	@.ci/install $(BIN)/python '.[bench]'
	@touch $@ $(VENV)/.dev $(VENV)/.demo
