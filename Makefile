# Needs Python 3.11 or newer and nothing else; everything else goes into .venv.
PYTHON ?= python3
IMAGE ?= docs/astronaut.jpg
COLORS ?= 10
PALETTE ?= palettes/$(basename $(notdir $(IMAGE))).gpl

VENV := .venv
BIN := $(VENV)/bin

.PHONY: palette serve plugin test lint programs gimp readers translations bench bench-gimp bench-web clean

# The main job: the palette of IMAGE, shown and written as a GIMP palette.
palette: $(VENV)/.installed
	@mkdir -p "$$(dirname "$(PALETTE)")"
	@$(BIN)/palette-engine extract "$(IMAGE)" -n $(COLORS)
	@$(BIN)/palette-engine extract "$(IMAGE)" -n $(COLORS) -o "$(PALETTE)" --force

# The page: drop a picture, take the palette.
serve: $(VENV)/.installed-web
	@$(BIN)/palette-engine serve

# The plug-in as a zip file, for those who unpack it into GIMP's profile themselves.
plugin: $(VENV)/.installed
	@mkdir -p dist
	@cd dist && "$(abspath $(BIN))/palette-engine" gimp package --force

# Everything: style, types, and all tests, with real programs where they can be had.
test: $(VENV)/.installed-test programs lint
	$(BIN)/python -m pytest -n auto --dist loadgroup

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Real programs for the tests, made once in a cache folder; see tests/provision.py.
programs: $(VENV)/.installed
	$(BIN)/python -m tests.provision

# GIMP 3.0 and 3.2 of them, and what else opens palettes.
gimp readers: $(VENV)/.installed
	$(BIN)/python -m tests.provision $@

# What the plug-in says, collected anew, and its translations compiled; see tests/catalogs.py.
translations: $(VENV)/.installed-test
	$(BIN)/python -m tests.catalogs

$(VENV)/.installed: setup.cfg pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Palette Engine needs Python 3.11 or newer; say make PYTHON=python3.11 or the like.")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-web: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable ".[web]"
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $@

# Error, time and other tools, against an exact reference; see benchmarks/README.md.
bench: $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet --editable ".[test,bench]"
	$(BIN)/python -m benchmarks

# How long the plug-in takes in GIMP 3.0 and 3.2, and its memory.
bench-gimp: $(VENV)/.installed-test gimp
	$(BIN)/python -m benchmarks gimp

# How long the page's server takes, and its memory.
bench-web: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks web

clean:
	rm -rf $(VENV) build dist *.egg-info
