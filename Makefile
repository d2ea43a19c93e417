# Two commands matter: make run, make test. Both install what is missing first; a second start finds it all in place.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help run test faults check bench messages lock clean system-run system-test

# Compiled modules are kept: a run starts dozens of processes.
export PYTHONDONTWRITEBYTECODE :=
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check
LOCK := $(shell cksum < requirements.lock | cut -d' ' -f1)
RUN_TOOLS := .venv/run-$(LOCK)
TEST_TOOLS := .venv/test-$(LOCK)
MESSAGES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

help: ## what there is
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

run: system-run $(RUN_TOOLS) $(MESSAGES) ## serve the portal at http://127.0.0.1:8000 (PORT=… overrides); Ctrl-C stops it
	@exec $(BIN)/python -m portal.serve

test: system-test $(TEST_TOOLS) $(MESSAGES) ## every test: unit, PostgreSQL, broker and worker, browser
	@echo "On the embedded database:"
	TEST_DB=sqlite $(BIN)/python -m pytest -q -n auto --maxprocesses 4 -m sqlite
	echo "Everything, on PostgreSQL:"
	$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist worksteal

faults: system-test $(TEST_TOOLS) $(MESSAGES) ## power cuts at many more moments than “make test” has time for
	@$(BIN)/python -m pytest -q -m long tests/whole

check: system-run $(TEST_TOOLS) $(MESSAGES) ## lint, format, floors, migrations, translations, deploy check
	@red=()
	try() { echo "— $$1"; shift; "$$@" || red+=("$$*"); }
	production() { env DATABASE_URL=sqlite://:memory: SITE_URL=https://portal.example ALLOWED_HOSTS=portal.example \
		SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))')" $(BIN)/python -W error "$$@"; }
	try lint $(BIN)/ruff check --quiet .
	try format $(BIN)/ruff format --quiet --check .
	try floors $(BIN)/lint-imports --no-logo
	try deploy production manage.py check --deploy --fail-level WARNING
	try migrations production manage.py makemigrations --check --dry-run
	try laws env TEST_DB=sqlite $(BIN)/python -m pytest -q tests/whole/test_house.py tests/whole/test_translations.py
	[ $${#red[@]} = 0 ] || { printf 'Not in order: %s\n' "$${red[@]}" >&2; exit 1; }

bench: system-test $(TEST_TOOLS) $(MESSAGES) ## the benchmarks, one table of ratios
	@$(BIN)/python -m tests.bench

messages: $(RUN_TOOLS) ## collect new sentences of the code into the catalogue, for translation
	@$(BIN)/python -m django makemessages --locale=zh_Hans --no-location --no-wrap --no-obsolete \
		--ignore=.venv --ignore=var --ignore=tests

clean: ## forget the environment and what tests left; var/ (the data) stays
	rm -rf .venv .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# --- what the commands stand on ------------------------------------------------------------------

system-run:
	@.ci/system run $(PYTHON)

system-test:
	@.ci/system test $(PYTHON)

$(BIN)/python:
	@$(PYTHON) -m venv .venv

$(RUN_TOOLS): | $(BIN)/python
	@echo "Installing the portal's libraries …"
	sed '/^# --- tests/,$$d' requirements.lock > .venv/run.lock
	$(PIP) --require-hashes -r .venv/run.lock
	touch $@

$(TEST_TOOLS): $(RUN_TOOLS)
	@echo "Installing the test libraries …"
	$(PIP) --require-hashes -r requirements.lock
	touch $@

%.mo: %.po
	@msgfmt --check-format -o $@ $<

# The lock has two parts, so that a server installs no test libraries. Hashes of every published file, no registry named.
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
lock: $(BIN)/python ## pin what pyproject.toml asks for, anew
	@$(PIP) uv
	PATH=$(BIN):$$PATH
	made=$$(mktemp -d)
	$(COMPILE) $(UPGRADE) pyproject.toml -o $$made/run
	mapfile -t known < <(sed -n 's/^\([a-z0-9-]*\)[=[].*/\1/p' $$made/run)
	$(COMPILE) $(UPGRADE) pyproject.toml --group test -c $$made/run $${known[@]/#/--no-emit-package=} -o $$made/test
	{ echo "# Made by “make lock”. --- run: what the portal stands on"; cat $$made/run
	  echo "# --- tests: what the tests and checks add"; cat $$made/test; } > requirements.lock
	rm -r $$made
