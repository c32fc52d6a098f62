# The commands of the project. `make` alone lists them. Each sets up what it needs, in under a second when nothing
# changed since the last time. Operators rely on setup, run, serve, test, check and help keeping their meaning.
# Variables of the environment (PORT, IDP_ISSUER, DATABASE_URL … see .env.example) reach the programs unchanged.

PYTHON ?= python3
VENV_PYTHON := $(CURDIR)/.venv/bin/python
NPM := npm --prefix frontend --silent

# Coverage is measured on the embedded default only; there the browser journeys run too.
ifeq ($(strip $(DATABASE_URL)),)
COVERAGE := --cov=idp --cov-report=term --cov-fail-under=95
BROWSER_JOURNEYS := test-browser
endif

# Tests bring their own environment; only the stores to test against may be chosen.
TEST_ENVIRONMENT := env $(patsubst %,-u %,$(filter-out IDP_TEST_%,$(filter IDP_% DEMO_% HOST PORT WORKERS DEBUG,$(.VARIABLES))))

.DEFAULT_GOAL := help
.PHONY: help setup runtime chromium run serve test test-frontend test-clients test-python test-browser check clean

help: ## List the commands
	@echo "Fashionistar identity provider"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 22

setup: ## Install and build everything (repeat at will)
	@$(PYTHON) -m tools.setup all

# What serving people needs, without the tools of development.
runtime:
	@$(PYTHON) -m tools.setup runtime

run: runtime ## Start provider, example backend and demo storefront on this machine
	@exec $(VENV_PYTHON) -m tools.run_demo

serve: runtime ## Start only the provider, everything from the environment (production server)
	@exec $(VENV_PYTHON) -m idp.config.serve

test: setup test-frontend test-clients test-python $(BROWSER_JOURNEYS) ## Run every test

test-frontend: setup
	@echo "== Front end"
	@$(NPM) test

test-clients: setup
	@echo "== Client package"
	@cd clients/python && $(TEST_ENVIRONMENT) $(VENV_PYTHON) -m pytest -q
	@echo "== Client package on Django 6.0, where Python 3.12 is present"
	@$(TEST_ENVIRONMENT) sh clients/python/tests/run_django60.sh
	@echo "== Example backend"
	@cd clients/example_backend && $(TEST_ENVIRONMENT) $(VENV_PYTHON) -m pytest -q

test-python: setup ## Run the Python suite alone
	@echo "== Provider"
	@$(TEST_ENVIRONMENT) $(VENV_PYTHON) -m pytest -q idp tools --ignore=idp/tests/browser $(COVERAGE)

test-browser: chromium
	@echo "== Browser journeys"
	@CHROMIUM="$$($(VENV_PYTHON) -m tools.chromium)" && export CHROMIUM && $(TEST_ENVIRONMENT) $(VENV_PYTHON) -m pytest -q idp/tests/browser

chromium: setup
	@$(VENV_PYTHON) -m tools.chromium --install

check: setup ## Run ruff, mypy, import-linter, house rules and the front end's checks
	@echo "== Style" && $(VENV_PYTHON) -m ruff check . && $(VENV_PYTHON) -m ruff format --check .
	@echo "== Types" && $(VENV_PYTHON) -m mypy
	@cd clients/python && $(VENV_PYTHON) -m mypy
	@cd clients/example_backend && $(VENV_PYTHON) -m mypy
	@echo "== Import rule" && .venv/bin/lint-imports
	@echo "== House rules" && $(VENV_PYTHON) -m pytest -q idp/tests/test_house_rules.py
	@echo "== Front end" && $(NPM) run check

clean: ## Remove installed packages and built files; keeps .state
	rm -rf .venv frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache .coverage .coverage.*
