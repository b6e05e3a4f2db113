# Needs Python 3.11 or newer and nothing else; everything else goes into .venv.
PYTHON ?= python3
IMAGE ?= docs/astronaut.jpg
COLORS ?= 10
PALETTE ?= palettes/$(basename $(notdir $(IMAGE))).gpl

BIN := .venv/bin
TOOLS := .venv-tools/bin

# Installs the packages of a file in requirements/ unless they are there; see tools/environment.py.
SET_UP = @$(PYTHON) tools/environment.py

# Both before any test starts, so that nothing is installed while tests run.
SET_UP_ALL = @$(PYTHON) tools/environment.py requirements/check.txt && \
	$(PYTHON) tools/environment.py requirements/test.txt

FULL_RUN = MAKE="$(MAKE)" $(BIN)/python -m tools.full_run

# The tests of the engine.
ENGINE := $(addprefix tests/,color palette pictures extraction drawing recoloring) \
	tests/test_options.py tests/test_imports.py

# tools/durations.py reads from these files how long each test took.
PYTEST = -m pytest --junitxml=build/times/$@.xml

# In one process, a test that is ended ends all; there, tests tell themselves what they wait for.
ALONE = -o faulthandler_timeout=1800

# Runs the tests that failed once more, alone, and says so; see docs/decisions.md#a-second-try.
define WITH_A_SECOND_TRY
$(1) -o cache_dir=build/cache/$@ || { \
	test $$? = 1 || exit; \
	echo "A second try of what failed:"; \
	$(1) -o cache_dir=build/cache/$@ --junitxml=build/cache/$@.xml --last-failed && \
	echo "Passed, but not all at the first try: see the failures in the log."; }
endef

.PHONY: palette serve plugin check test test-all test-rest test-long test-lowest test-newest \
	test-gimp-3.0 test-gimp-3.2 test-browser test-readers style types programs gimp readers \
	translations lock audit bench bench-gimp bench-web clean

# Shows the palette of IMAGE and writes it as a GIMP palette.
palette:
	$(SET_UP) requirements/engine.txt
	@mkdir -p "$$(dirname "$(PALETTE)")"
	@$(BIN)/palette-engine extract "$(IMAGE)" -n $(COLORS)
	@$(BIN)/palette-engine extract "$(IMAGE)" -n $(COLORS) -o "$(PALETTE)" --force

# Opens the page in the browser.
serve:
	$(SET_UP) requirements/web.txt
	@$(BIN)/palette-engine serve

# Writes the plug-in as a zip file, to unpack into GIMP's plug-ins folder by hand.
plugin:
	$(SET_UP) requirements/engine.txt
	@mkdir -p dist
	@cd dist && ../$(BIN)/palette-engine gimp package --force

# For use while working: formats, then checks style and types and runs the quick tests of the engine.
check:
	$(SET_UP) requirements/check.txt
	@failed=; \
	$(BIN)/ruff format . || failed=yes; \
	$(BIN)/ruff check . || failed=yes; \
	$(BIN)/mypy || failed=yes; \
	$(BIN)/python -m pytest -q -n auto --dist worksteal -m "not slow" $(ENGINE) || failed=yes; \
	test -z "$$failed"

# Runs all tests that need no other program.
test:
	$(SET_UP) requirements/test.txt
	@$(BIN)/python $(PYTEST) -n auto --dist worksteal

# Runs everything: also style, types, the lowest and newest versions, and tests in real programs.
test-all:
	$(SET_UP_ALL)
	@$(FULL_RUN)

# Runs everything except “make test”.
test-rest:
	$(SET_UP_ALL)
	@$(FULL_RUN) --without test --minutes 75

# Runs everything, with thousands of new examples of each law and every test in every GIMP; takes hours.
test-long:
	$(SET_UP_ALL)
	@PYTEST_ADDOPTS="--long -o faulthandler_timeout=0" $(FULL_RUN)

# Runs the tests with the lowest versions that setup.cfg declares. Newer Pythons cannot install them.
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

# Runs the tests with the newest versions that exist.
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

# Runs the tests of one kind of program.
test-gimp-3.0 test-gimp-3.2:
	$(SET_UP) requirements/check.txt
	@$(call WITH_A_SECOND_TRY,$(BIN)/python $(PYTEST) $(ALONE) tests/gimp --gimp $(@:test-gimp-%=%))

test-browser:
	$(SET_UP) requirements/check.txt
	@$(BIN)/python $(PYTEST) $(ALONE) tests/web/browser

test-readers:
	$(SET_UP) requirements/check.txt
	@$(BIN)/python $(PYTEST) $(ALONE) tests/readers

# Checks style, and types, and changes nothing.
style:
	$(SET_UP) requirements/check.txt
	@failed=; \
	$(BIN)/ruff check . || failed=yes; \
	$(BIN)/ruff format --check . || failed=yes; \
	test -z "$$failed"

types:
	$(SET_UP) requirements/check.txt
	@$(BIN)/mypy

# Installs the real programs for the tests in a cache folder, once; see tools/provisioning.
programs:
	$(SET_UP) requirements/engine.txt
	@$(BIN)/python -m tools.provisioning

# Installs only GIMP 3.0 and 3.2, or only the other programs that open palettes.
gimp readers:
	$(SET_UP) requirements/engine.txt
	@$(BIN)/python -m tools.provisioning $@

# Collects the plug-in's messages again and compiles its translations; see tools/catalogs.py.
translations:
	$(SET_UP) requirements/test.txt
	@$(BIN)/python -m tools.catalogs

# Resolves the locked versions again, or only those of PACKAGES; see tools/lock.py.
lock:
	$(SET_UP) requirements/tools.txt .venv-tools
	@$(TOOLS)/python -m tools.lock $(PACKAGES)

# Looks for known vulnerabilities in the locked and in the lowest versions; see tools/audit.py.
audit:
	$(SET_UP) requirements/tools.txt .venv-tools
	@$(TOOLS)/python -m tools.audit

# Measures error and time, and other tools; see benchmarks/README.md.
bench:
	$(SET_UP) requirements/bench.txt
	@$(BIN)/python -m benchmarks

# Measures time and memory of the plug-in in GIMP 3.0 and 3.2.
bench-gimp: gimp
	$(SET_UP) requirements/check.txt
	@$(BIN)/python -m benchmarks gimp

# Measures time and memory of the page's server.
bench-web:
	$(SET_UP) requirements/check.txt
	@$(BIN)/python -m benchmarks web

clean:
	rm -rf .venv .venv-lowest .venv-newest .venv-tools build dist *.egg-info
