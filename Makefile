# Two commands do everything: `make grade` and `make test`. Each sets up .venv first.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
SUBMISSIONS ?=
OUT    ?= results

.PHONY: grade test lint verify key update clean

grade: $(VENV)/.grade
	@$(BIN)/autograder grade $(if $(SUBMISSIONS),"$(SUBMISSIONS)",--demo) --out "$(OUT)"

test: $(VENV)/.test lint
	@$(BIN)/python -m pytest

lint: $(VENV)/.test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

verify: $(VENV)/.grade
	@$(BIN)/autograder verify

key: $(VENV)/.grade
	@$(BIN)/autograder key

# Renews every pinned version; run `make test` afterwards.
update: $(VENV)/.test
	@$(BIN)/pip-compile --quiet --upgrade --extra dev --strip-extras --no-header \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file constraints.txt pyproject.toml

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say which: make PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.grade: $(VENV)/pyvenv.cfg pyproject.toml constraints.txt
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.grade
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) results dist build .mypy_cache .ruff_cache .pytest_cache
