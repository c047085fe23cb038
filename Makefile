# Everything a newcomer types. `make demo` and `make test` set themselves up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := chaincode fabric_client network gateway demo crosscredit tests bench
SETUP := $(VENV)/.ready

# Every process imports a few hundred modules: let them be compiled once.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup lock demo up down check lint types unit test thorough fabric

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

check: lint types unit ## Lint, types, unit and sandbox tests (no Fabric)

lint: $(SETUP)
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/lint-imports --no-cache

types: $(SETUP)
	@$(BIN)/mypy

unit: $(SETUP)
	@$(BIN)/pytest -q -n auto -m "not fabric and not thorough"

test: check thorough fabric ## Everything, the real consortium included

thorough: $(SETUP) ## Long walks over REST, six times the random examples, and branch coverage
	@$(BIN)/pytest -q -n auto -m thorough
	@$(BIN)/pytest -q -n auto -m "hypothesis and not fabric and not thorough" --hypothesis-profile=thorough
	@$(BIN)/coverage run -m pytest -q -m "not thorough" tests/unit/chaincode/domain tests/properties
	@$(BIN)/coverage report

fabric: $(SETUP)
	@$(BIN)/pytest -q -m fabric
