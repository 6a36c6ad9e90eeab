# Everything a newcomer types. Needs Python 3.11 to 3.13 and make; everything else goes into .venv.
# .sightline/ holds all state of `make run`; deleting it (make clean) loses nothing there: the example's logs stay.

HOME_FOLDER ?= .sightline
EXAMPLE ?= $(firstword $(wildcard examples/*/sightline.toml))
BIN := .venv/bin
export UV_PROJECT_ENVIRONMENT := .venv
# Compiled once here, not by every process that starts: some environments never let Python write what it compiled.
export UV_COMPILE_BYTECODE := 1

# The first interpreter on PATH that the lock file supports.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
    "$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$name && break; done)

.PHONY: help setup run test ui site check lint types imports sql bench clean
.DEFAULT_GOAL := help

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

setup: .venv/.synced ## create or update .venv from uv.lock

# uv comes from PATH if it is there. If not, pip puts it into .venv, where the lock file then keeps it.
.venv/.synced: uv.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Sightline needs Python 3.11, 3.12 or 3.13 on PATH" >&2; exit 2; }
	@uv=$$(command -v uv || true); \
	if [ -z "$$uv" ]; then \
	    uv=$(BIN)/uv; \
	    [ -x "$$uv" ] || { $(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet uv; } || exit 1; \
	fi; \
	"$$uv" sync --frozen --quiet --python "$$([ -x $(BIN)/python ] && echo $(BIN)/python || command -v $(PYTHON))"
	@touch $@

run: setup ## run the pipeline on the bundled example and say where the site is
	@$(BIN)/sightline run --config $(EXAMPLE) --home $(HOME_FOLDER)

test: setup ## run the whole test suite
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-header -q

ui: setup ## open Dagster: assets, lineage, checks, schedule, sensor
	@$(BIN)/sightline ui --config $(EXAMPLE) --home $(HOME_FOLDER)

site: run ## publish the example's site and serve it on this machine
	@$(BIN)/sightline serve --config $(EXAMPLE) --home $(HOME_FOLDER)

check: lint types imports sql ## all static checks, and that Dagster can load the definitions
	@$(BIN)/dg check defs

lint: setup ## ruff: style, docstrings, complexity
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: setup ## mypy, strict
	@$(BIN)/mypy

imports: setup ## the layers of the design, held by import-linter
	@$(BIN)/lint-imports

sql: setup ## sqlfluff over the dbt models
	@$(BIN)/sqlfluff lint --processes 2 dbt_project/models

bench: setup ## measure, beside a bare read of the same bytes
	@$(BIN)/python -m pytest tests/benchmarks -q -s --no-header

clean: ## remove .venv and all state
	rm -rf .venv $(HOME_FOLDER)
