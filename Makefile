# What one does with Lamppu in a checkout. It takes python3 (3.11 or newer) and make; all else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TO_RUN := $(VENV)/.installed-to-run
TO_TEST := $(VENV)/.installed-to-test

.PHONY: help install demo rehearse test check storm bench pictures migration clean

help:
	@echo "make install    what Lamppu needs to run, into .venv"
	@echo "make demo       play the LAMPPU 2012 project in a local stand-in for Slack; leaves its report in out/demo"
	@echo "make rehearse   act in that project yourself, in the browser: as coordinator or any partner, with a clock to move on"
	@echo "make test       run all tests"
	@echo "make check      format, lint, types, migrations and tests, as CI does"
	@echo "make storm      storms of faults and kills on both databases: make storm seed=1 acts=60 storms=3"
	@echo "make bench      run the benchmarks"
	@echo "make pictures   retake the pictures of the guides from the rehearsal page; wants chromium"
	@echo "make migration m='Add a phone'   write the database step that a change of the models needs"

install: $(TO_RUN)

demo: $(TO_RUN)
	$(BIN)/python bot.py rehearse examples/lamppu-2012.toml --play examples/lamppu-2012-answers.toml --out out/demo

rehearse: $(TO_RUN)
	$(BIN)/python bot.py rehearse examples/lamppu-2012.toml

test: $(TO_TEST)
	$(BIN)/pytest -n 2

# Each line must pass; the tests come last, so that their summary is what one sees.
check: $(TO_TEST)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m storage.migrations check
	@$(MAKE) --no-print-directory test

bench: $(TO_TEST)
	$(BIN)/python -m tests.benchmarks

storm: $(TO_TEST)
	$(BIN)/python -m tests.storm $(seed) $(acts) $(storms)

pictures: $(TO_TEST)
	$(BIN)/python -m tests.browser.screenshots docs/images

migration: $(TO_TEST)
	$(BIN)/python -m storage.migrations new "$(m)"
	$(BIN)/ruff format storage/migrations/versions

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(TO_RUN): requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(TO_TEST): requirements.txt requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Lamppu needs Python 3.11 or newer, and $(PYTHON) is not: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "$(PYTHON) cannot make virtual environments: on Debian and Ubuntu, apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
