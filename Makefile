# The commands of the project. `make` alone lists them. Each sets up what it needs, in under a second when nothing
# changed since the last time. Operators rely on setup, run, serve, test, check and help keeping their meaning.
# Variables of the environment (PORT, IDP_ISSUER, DATABASE_URL … see .env.example) reach the programs unchanged.

PYTHON ?= python3
VENV_PYTHON := $(CURDIR)/.venv/bin/python
NPM := npm --prefix frontend --silent

# Coverage is measured on the embedded default only; there the browser journeys and the tests of the tools run too.
ifeq ($(strip $(DATABASE_URL)),)
COVERAGE := --cov=idp --cov-report=term --cov-fail-under=95
BROWSER_JOURNEYS := test-browser
PYTHON_TESTS := idp tools --ignore=idp/tests/browser
else
# `idp/conftest.py` lists what would be the same there. And reads are asked for as a server's callers do: the fast path first.
PYTHON_TESTS := idp --ignore=idp/tests/browser -p idp.tests.in_front
endif

# Tests bring their own environment; only the stores to test against may be chosen. One seed for hashes, because processes
# that share the work must list the same tests in the same order.
TEST_ENVIRONMENT := env $(patsubst %,-u %,$(filter-out IDP_TEST_%,$(filter IDP_% DEMO_% HOST PORT WORKERS DEBUG,$(.VARIABLES)))) PYTHONHASHSEED=0

# A process for each core. A file stays whole, so that a server it starts is started once; `idp/conftest.py` says which come first.
# Each process that shares the browser journeys has servers and a browser of its own.
SHARED_WORK := -n auto --dist loadfile --no-loadscope-reorder

# Parts that do not need each other, two at a time; each part's lines stay together where make knows how.
TOGETHER = $(MAKE) --no-print-directory -j2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.DEFAULT_GOAL := help
.PHONY: help setup runtime chromium run serve work mobile-demo test test-frontend test-clients test-client-package \
	test-example-backend test-python test-browser \
	check check-code check-clients spec-table api-types messages pictures no-op-check bench bench-growth clean

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

work: runtime ## Start only a delivery worker, beside servers with IDP_WORKER=off
	@exec $(VENV_PYTHON) manage.py work

mobile-demo: runtime ## Sign in as a native app does, beside `make run` (system browser, loopback)
	@exec $(VENV_PYTHON) clients/mobile/native_sign_in.py

test: setup ## Run every test
	@$(TOGETHER) test-frontend test-client-package test-example-backend
	@$(MAKE) --no-print-directory test-python $(BROWSER_JOURNEYS)

test-frontend: setup
	@echo "== Front end"
	@$(NPM) test
	@echo "== Script packages"
	@npm --prefix clients --silent test

test-client-package: setup
	@echo "== Client package"
	@cd clients/python && $(TEST_ENVIRONMENT) $(VENV_PYTHON) -m pytest -q --cov
	@echo "== Client package on Django 6.0, where Python 3.12 is present"
	@$(TEST_ENVIRONMENT) sh clients/python/tests/run_django60.sh

test-example-backend: setup
	@echo "== Example backend"
	@cd clients/example_backend && $(TEST_ENVIRONMENT) $(VENV_PYTHON) -m pytest -q --cov

test-clients: test-client-package test-example-backend

test-python: setup ## Run the Python suite alone
	@echo "== Provider"
	@$(TEST_ENVIRONMENT) $(VENV_PYTHON) -m pytest -q $(PYTHON_TESTS) $(SHARED_WORK) $(COVERAGE)

test-browser: chromium
	@echo "== Browser journeys"
	@CHROMIUM="$$($(VENV_PYTHON) -m tools.chromium)" && export CHROMIUM && $(TEST_ENVIRONMENT) $(VENV_PYTHON) -m pytest -q idp/tests/browser $(SHARED_WORK)

chromium: setup
	@$(VENV_PYTHON) -m tools.chromium --install

check: setup ## Run ruff, mypy, import-linter, house rules, the specification matrix and the front end's checks
	@$(TOGETHER) check-code check-clients

check-code:
	@echo "== Style" && $(VENV_PYTHON) -m ruff check . && $(VENV_PYTHON) -m ruff format --check .
	@echo "== Types" && $(VENV_PYTHON) -m mypy
	@echo "== Import rule" && .venv/bin/lint-imports
	@echo "== House rules" && $(VENV_PYTHON) -m pytest -q idp/tests/test_house_rules.py
	@echo "== Specification matrix" && $(VENV_PYTHON) -m tools.spec_table --check
	@echo "== Types of the account API" && $(VENV_PYTHON) -m tools.api_types --check

check-clients:
	@echo "== Front end" && $(NPM) run check
	@echo "== Script clients" && npm --prefix clients --silent run check
	@echo "== Types of the clients"
	@cd clients/python && $(VENV_PYTHON) -m mypy
	@cd clients/example_backend && $(VENV_PYTHON) -m mypy

spec-table: setup ## Write docs/specification-matrix.md anew
	@$(VENV_PYTHON) -m tools.spec_table

api-types: setup ## Write the account API's types for the account console anew
	@$(VENV_PYTHON) -m tools.api_types

messages: setup ## Bring every sentence of the code into the translations (idp/locale)
	@$(VENV_PYTHON) -m tools.messages update

pictures: setup ## Take the README's pictures of the demo, beside `make run` (needs Chromium)
	@$(VENV_PYTHON) -m tools.pictures

no-op-check: setup ## Take each security rule away, one at a time, and see a test fail (minutes)
	@$(TEST_ENVIRONMENT) $(VENV_PYTHON) -m tools.no_op_check

bench: setup ## Measure endpoints, starts, sign-ins and memory; SHORT=1, JSON=file; BASE=revision: endpoints beside an older one of ourselves
	@$(VENV_PYTHON) -m bench $(if $(SHORT),--short) $(if $(BASE),--base $(BASE)) $(if $(JSON),--json $(JSON))

bench-growth: setup ## Measure whether requests stay as fast when tables grow to ten million tokens (PostgreSQL; by hand, a quarter of an hour; ROWS="1000 1000000" for less)
	@$(VENV_PYTHON) -m bench.growth $(ROWS)

clean: ## Remove installed packages and built files; keeps .state
	rm -rf .venv clients/node_modules frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache .coverage .coverage.*
