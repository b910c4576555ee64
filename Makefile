# zhgen: `make help` lists what can be made.
#
# A step is made again only when what it is made from has changed: the text, or the settings given on the command line.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ZHGEN := $(BIN)/zhgen

# What `make pipeline` works on, and how. Every setting can be overridden: make pipeline TEXT=novel.txt NAME=novel EPOCHS=4
TEXT ?= data/palace.txt
NAME ?= $(basename $(notdir $(TEXT)))
VALIDATION ?=
PROMPT ?=
WORDS ?= 400
SEED ?= 1
RECIPE ?= default
EPOCHS ?=
UNITS ?=
TIMESTEPS ?=
SEGMENT_OPTIONS ?=
EMBED_OPTIONS ?=
TRAIN_OPTIONS ?=
GENERATE_OPTIONS ?=

SEG := data/$(NAME).seg.txt
VECTORS := data/$(NAME).vectors.bin
MODEL := models/$(NAME)

train_options := --recipe $(RECIPE) --seed $(SEED) \
    $(if $(EPOCHS),--epochs $(EPOCHS)) $(if $(UNITS),--units $(UNITS)) $(if $(TIMESTEPS),--timesteps $(TIMESTEPS)) \
    $(if $(VALIDATION),--validation $(VALIDATION)) $(TRAIN_OPTIONS)
embed_options := --seed $(SEED) $(if $(VALIDATION),--validation-split 0) $(EMBED_OPTIONS)

.PHONY: help install pipeline test test-slow check lint types format docs lock clean clean-models FORCE

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  make pipeline TEXT=novel.txt NAME=novel    your own text; settings: VALIDATION PROMPT WORDS SEED RECIPE EPOCHS"
	@echo "                                             UNITS TIMESTEPS, and SEGMENT_ EMBED_ TRAIN_ GENERATE_OPTIONS='--…'"

install: $(BIN)/.installed ## make .venv with zhgen and the development tools in it

$(BIN)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'zhgen needs Python 3.11 or later. Name one that you have: make $(MAKECMDGOALS) PYTHON=python3.12' >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade --constraint constraints.txt pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group dev --editable .
	touch $@

pipeline: $(MODEL)/config.json ## text -> words -> vectors -> model -> generated text
	$(ZHGEN) generate $(MODEL) -n $(WORDS) --seed $(SEED) $(if $(PROMPT),--prompt '$(PROMPT)') $(GENERATE_OPTIONS)

# A settings file changes only when the settings do, so that a step is repeated when they change and not before.
data/.$(NAME).%.settings: FORCE | $(BIN)/.installed
	@mkdir -p data
	@echo '$($*_settings)' | cmp -s - $@ || echo '$($*_settings)' > $@
segment_settings = $(TEXT) $(SEGMENT_OPTIONS)
embed_settings = $(embed_options)
train_settings = $(train_options)
FORCE:

$(SEG): $(TEXT) data/.$(NAME).segment.settings | $(BIN)/.installed
	$(ZHGEN) segment $(TEXT) -o $@ $(SEGMENT_OPTIONS)

$(VECTORS): $(SEG) data/.$(NAME).embed.settings | $(BIN)/.installed
	$(ZHGEN) embed $(SEG) -o $@ $(embed_options)

$(MODEL)/config.json: $(SEG) $(VECTORS) $(VALIDATION) data/.$(NAME).train.settings | $(BIN)/.installed
	$(ZHGEN) train $(SEG) --vectors $(VECTORS) -o $(MODEL) $(train_options)

test: install ## the fast tests (about three minutes on two cores)
	$(BIN)/python -m pytest

test-slow: install ## the tests that train for minutes
	$(BIN)/python -m pytest -m slow

check: lint types test ## everything that has to pass before a change is taken; the tests compare the docs with the code

lint: install ## ruff, lint and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install ## mypy, strict
	$(BIN)/mypy

format: install ## let ruff format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: install ## write the help blocks in docs/commands.md
	$(BIN)/python docs/commands.py

lock: install ## write the versions installed now to constraints.txt
	$(BIN)/python -m pip freeze --exclude-editable --all > constraints.new
	{ echo '# The versions this project was last tested with; `make lock` writes this file.'; grep -v '^setuptools==' constraints.new; } > constraints.txt
	rm constraints.new

clean: ## remove what the pipeline and the tools made, except models
	rm -rf data/*.seg.txt data/*.seg.json data/*.vectors.bin data/.*.settings .pytest_cache .mypy_cache .ruff_cache .hypothesis

clean-models: ## remove the models that were trained here
	find models -mindepth 1 -maxdepth 1 -type d -exec rm -r {} +
