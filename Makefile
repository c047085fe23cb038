# Everything a newcomer types. `make demo` and `make test` set themselves up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := chaincode fabric_client network gateway demo crosscredit tests bench
SETUP := $(VENV)/.ready
# How many tests run at the same time in `make test`: those on Fabric wait most of their time.
WORKERS ?= $(shell expr $$(nproc) + 2)
# Which of them share a worker: tests/support/distribution.py.
LONG := $(BIN)/pytest -q --dist loadgroup --no-loadscope-reorder --hypothesis-profile=thorough

# Every process imports a few hundred modules: let them be compiled once.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup lock demo up down check lint types unit test thorough fabric coverage

help: ## Show what can be typed
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

setup: $(SETUP) ## Make the virtual environment from the lock file

$(SETUP): requirements/lock.txt requirements/bootstrap.txt pyproject.toml
	@PYTHON="$(PYTHON)" sh requirements/setup.sh $(VENV)
	@touch $@

lock: $(SETUP) ## Write the lock files anew from pyproject.toml
	$(BIN)/uv pip compile -q requirements/bootstrap.in --universal --python-version 3.11 --generate-hashes --no-header -o requirements/bootstrap.txt
	$(BIN)/uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header -o requirements/lock.txt

demo: $(SETUP) ## Start the consortium, play the story, show the refusals, take it down
	@$(BIN)/crosscredit demo

up: $(SETUP) ## Start the consortium and its gateways and keep them
	@$(BIN)/crosscredit network up

down: $(SETUP) ## Stop what `make up` started
	@$(BIN)/crosscredit network down

check: lint ## Lint, types, unit and sandbox tests (no Fabric)
	@$(MAKE) --no-print-directory -j2 types unit

lint: $(SETUP)
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/lint-imports --no-cache

types: $(SETUP)
	@$(BIN)/mypy

unit: $(SETUP)
	@$(BIN)/pytest -q -n auto --dist loadfile --no-loadscope-reorder -m "not fabric and not thorough"

test: lint ## Everything, the real consortium included
	@$(MAKE) --no-print-directory -j2 types coverage
	@$(LONG) -n $(WORKERS)

thorough: coverage ## Long walks over REST, six times the random examples, and branch coverage
	@$(LONG) -n auto -m "(thorough or hypothesis) and not fabric"

fabric: $(SETUP) ## What needs the real consortium
	@$(LONG) -n 3 -m fabric

coverage: $(SETUP)
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -q -n auto -m "not thorough" tests/unit/chaincode/domain tests/properties
	@$(BIN)/coverage combine -q
	@$(BIN)/coverage report
