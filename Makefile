# Two commands: `make run` and `make test`. Everything is installed into .venv, nothing outside it.
#
#   make run                      set up once, fetch the default model, open the app
#   make run PORT=8600            on another port
#   make run TORCH_INDEX=<addr>   take PyTorch from this index (the CPU build is far smaller)
#   make test                     set up for development, run all tests

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
PY := $(VENV)/bin/python
MODEL := smollm2-135m

# Streamlit opens a browser where there is a display; a CI machine has none.
HEADLESS := $(if $(CI),--server.headless true)
ON_PORT := $(if $(PORT),--server.port $(PORT))

.DEFAULT_GOAL := help
.PHONY: help run test check lint types imports questions pytest bench shots tree editor doctor models clean setup dev model
.NOTPARALLEL:

help:
	@echo "make run     set up, fetch the default model, open the app"
	@echo "make test    set up for development, run all tests"
	@echo "make check   lint, types, imports, questions, test: what CI runs"
	@echo "make         lint types imports questions bench shots tree editor doctor models clean"

run: setup model
	$(PY) -m streamlit run app.py $(ON_PORT) $(HEADLESS)

test: dev model pytest

check: dev model lint types imports questions pytest

pytest:
	$(PY) -m pytest

lint: dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: dev
	$(PY) -m mypy

imports: dev
	$(VENV)/bin/lint-imports

# Every question of the bank asked 1,000 times.
questions: dev
	$(PY) -m lesson_core.learn.check_bank

bench: dev model
	$(PY) -m lesson_core.bench engine
	$(PY) -m lesson_core.bench ui

shots: dev model
	$(PY) -m lesson_core.bench.shots

# The map of the files in the README.
tree: dev
	$(PY) -m lesson_core.bench.tree

# CodeMirror in one file, assets/components/editor; needs Node.js. Only after a change in its src.
editor:
	mkdir -p build/editor
	cp assets/components/editor/src/* build/editor
	cd build/editor && npm install --no-audit --no-fund --no-package-lock \
		&& node build.mjs ../../assets/components/editor

doctor: setup
	$(PY) -m lesson_core.measure.doctor

models: setup
	$(PY) -m lesson_core.artefacts list

# What cannot be fetched does not stop anything: the app then starts on the bundled model.
model: setup
	@$(PY) -m lesson_core.artefacts fetch $(MODEL) \
		|| echo "The default model could not be fetched; the lab runs on its bundled model."

setup: $(VENV)/.product
dev: $(VENV)/.dev

$(PY):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is not installed."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$$($(PYTHON) --version) is too old: install Python 3.11 or newer," \
		     "or name one: make run PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "This Python cannot make virtual environments (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }

$(VENV)/.product: requirements.txt | $(PY)
	@echo "Installing what the lab needs into $(VENV). This takes a few minutes, once."
	$(if $(TORCH_INDEX),$(PY) -m pip install --no-deps --index-url "$(TORCH_INDEX)" \
		"$$(grep '^torch==' requirements.txt)")
	$(PY) -m pip install -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements-bench.txt $(VENV)/.product
	$(PY) -m pip install -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
