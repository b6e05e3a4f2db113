# Needs Python 3.11 or newer and nothing else; everything else goes into .venv.
PYTHON ?= python3
IMAGE ?= docs/astronaut.jpg
COLORS ?= 10
PALETTE ?= palettes/$(basename $(notdir $(IMAGE))).gpl

BIN := .venv/bin
TOOLS := .venv-tools/bin

# Installs what a file in requirements/ names, unless it is there; see tools/environment.py.
SET_UP = @$(PYTHON) tools/environment.py

# All at once, so that nothing is installed while tests run.
SET_UP_ALL = @$(PYTHON) tools/environment.py requirements/check.txt && \
	$(PYTHON) tools/environment.py requirements/test.txt

FULL_RUN = MAKE="$(MAKE)" $(BIN)/python -m tools.full_run

# The tests of the engine.
ENGINE := $(addprefix tests/,color palette pictures extraction drawing recoloring) \
	tests/test_options.py tests/test_imports.py

# The duration of each test, for tools/durations.py.
PYTEST = -m pytest --junitxml=build/times/$@.xml

.PHONY: palette serve plugin check test test-all test-rest test-long test-lowest test-newest \
	test-gimp-3.0 test-gimp-3.2 test-browser test-readers style types programs gimp readers \
	translations lock audit bench bench-gimp bench-web clean

# The main job: the palette of IMAGE, shown and written as a GIMP palette.
palette:
	$(SET_UP) requirements/engine.txt
	@mkdir -p "$$(dirname "$(PALETTE)")"
	@$(BIN)/palette-engine extract "$(IMAGE)" -n $(COLORS)
	@$(BIN)/palette-engine extract "$(IMAGE)" -n $(COLORS) -o "$(PALETTE)" --force

# The page: drop a picture, take the palette.
serve:
	$(SET_UP) requirements/web.txt
	@$(BIN)/palette-engine serve

# The plug-in as a zip file, for those who unpack it into GIMP's profile themselves.
plugin:
	$(SET_UP) requirements/engine.txt
	@mkdir -p dist
	@cd dist && ../$(BIN)/palette-engine gimp package --force

# A contributor's loop: formats, then shows all of style, types and the tests of the engine.
check:
	$(SET_UP) requirements/check.txt
	@failed=; \
	$(BIN)/ruff format . || failed=yes; \
	$(BIN)/ruff check . || failed=yes; \
	$(BIN)/mypy || failed=yes; \
	$(BIN)/python -m pytest -q -n auto --dist worksteal -m "not slow" $(ENGINE) || failed=yes; \
	test -z "$$failed"

# All that needs no other program.
test:
	$(SET_UP) requirements/test.txt
	@$(BIN)/python $(PYTEST) -n auto --dist worksteal

# Everything: also style, types, the lowest and newest versions, and real programs.
test-all:
	$(SET_UP_ALL)
	@$(FULL_RUN)

# Everything but what “make test” runs.
test-rest:
	$(SET_UP_ALL)
	@$(FULL_RUN) --without test

# Everything, with thousands of new examples of each law, and every test in every GIMP; hours.
test-long:
	$(SET_UP_ALL)
	@PYTEST_ADDOPTS=--long $(FULL_RUN)

# The lowest versions that setup.cfg declares, which newer Pythons cannot have; and the newest.
test-lowest:
	@for python in $(PYTHON) python3.11 python3.12; do \
		if $$python -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' \
			2>/dev/null; then \
			$$python tools/environment.py requirements/lowest.txt .venv-lowest && \
			exec .venv-lowest/bin/python $(PYTEST) -n auto --dist worksteal; \
			exit 1; \
		fi; \
	done; \
	echo "The lowest versions were not tried: they need Python 3.11 or 3.12."; test -z "$$CI"

test-newest:
	$(SET_UP) requirements/tools.txt .venv-tools
	@mkdir -p build
	@$(TOOLS)/python -m tools.newest_lock build/newest.txt
	@if cmp -s build/newest.txt requirements/test.txt; then \
		echo "The newest versions are those of the lock, which “make test” has."; \
	else \
		diff requirements/test.txt build/newest.txt | grep ==; \
		$(PYTHON) tools/environment.py build/newest.txt .venv-newest && \
		.venv-newest/bin/python $(PYTEST) -n auto --dist worksteal; \
	fi

test-gimp-3.0 test-gimp-3.2:
	$(SET_UP) requirements/check.txt
	@$(BIN)/python $(PYTEST) tests/gimp --gimp $(@:test-gimp-%=%)

test-browser:
	$(SET_UP) requirements/check.txt
	@$(BIN)/python $(PYTEST) tests/web/browser

test-readers:
	$(SET_UP) requirements/check.txt
	@$(BIN)/python $(PYTEST) tests/readers

style:
	$(SET_UP) requirements/check.txt
	@failed=; \
	$(BIN)/ruff check . || failed=yes; \
	$(BIN)/ruff format --check . || failed=yes; \
	test -z "$$failed"

types:
	$(SET_UP) requirements/check.txt
	@$(BIN)/mypy

# Real programs for the tests, made once in a cache folder; see tools/provisioning.
programs:
	$(SET_UP) requirements/engine.txt
	@$(BIN)/python -m tools.provisioning

# GIMP 3.0 and 3.2 of them, and what else opens palettes.
gimp readers:
	$(SET_UP) requirements/engine.txt
	@$(BIN)/python -m tools.provisioning $@

# What the plug-in says, collected anew, and its translations compiled; see tools/catalogs.py.
translations:
	$(SET_UP) requirements/test.txt
	@$(BIN)/python -m tools.catalogs

# The versions that set-up installs, resolved anew; only those of PACKAGES if there are any.
lock:
	$(SET_UP) requirements/tools.txt .venv-tools
	@$(TOOLS)/python -m tools.lock $(PACKAGES)

# Known security holes in the versions of the lock, and in the lowest.
audit:
	$(SET_UP) requirements/tools.txt .venv-tools
	@$(TOOLS)/python -m tools.audit

# Error, time and other tools, against an exact reference; see benchmarks/README.md.
bench:
	$(SET_UP) requirements/bench.txt
	@$(BIN)/python -m benchmarks

# How long the plug-in takes in GIMP 3.0 and 3.2, and its memory.
bench-gimp: gimp
	$(SET_UP) requirements/check.txt
	@$(BIN)/python -m benchmarks gimp

# How long the page's server takes, and its memory.
bench-web:
	$(SET_UP) requirements/check.txt
	@$(BIN)/python -m benchmarks web

clean:
	rm -rf .venv .venv-lowest .venv-newest .venv-tools build dist *.egg-info
