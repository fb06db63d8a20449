# make run    opens the debugger (the first time it prepares .venv)
# make test   runs the tests
# make lint   holds the code against ruff and mypy
# make docs   writes the README's tables and picture from the program
#
# Needs Python 3.11 or newer with its venv module. PYTHON=… names another one, VENV=… another folder.

PYTHON ?= python3
VENV ?= .venv
SCENARIO ?= three-layer
WORKERS ?= 3

BIN := $(VENV)/bin
PIP = $(BIN)/python -m pip install -qq --disable-pip-version-check
NEW_ENOUGH := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))

.PHONY: run test lint check format types docs clean
.DELETE_ON_ERROR:

run: $(VENV)/.installed
	@$(BIN)/bpdebug $(SCENARIO) || { code=$$?; [ $$code -eq 130 ] || exit $$code; }  # 130: left by Ctrl+C

# Many tests wait for a screen, hence more workers than two cores; many start a process, hence compiled modules are kept.
test: $(VENV)/.installed-dev
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS)

lint: check format types

check: $(VENV)/.installed-dev
	$(BIN)/ruff check

format: $(VENV)/.installed-dev
	$(BIN)/ruff format --check

types: $(VENV)/.installed-dev
	$(BIN)/mypy

docs: $(VENV)/.installed-dev
	$(BIN)/python docs/readme.py
	$(BIN)/python docs/screenshot.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.created:
	@for python in $(PYTHON) python3.14 python3.13 python3.12 python3.11; do \
	  if $$python -c '$(NEW_ENOUGH)' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "bpdebug needs Python 3.11 or newer with its venv module; $(PYTHON) is: $$($(PYTHON) --version 2>&1)" >&2; \
	  echo "Install one, or name it: make PYTHON=/path/to/python3.12 run" >&2; \
	  exit 1; \
	fi; \
	echo "Preparing $(VENV) with $$($$found --version); this happens once and takes about a minute."; \
	$$found -m venv --clear $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.created pyproject.toml
	@$(PIP) --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.created pyproject.toml
	@$(PIP) --editable '.[dev]'
	@touch $(VENV)/.installed $@
