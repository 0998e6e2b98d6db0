# Every target sets up what it needs: a virtual environment in .venv and, for the browser tests, Debian's Chromium.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet

# The tests start hundreds of processes: without the compiled modules of the others, each compiles midplot anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test pictures lint types imports scripts unit notebooks dist wheel lowest walk lab bench bench-page docs browser clean

help:
	@echo "make demo    replay two attackers on the embedded sample and write a report"
	@echo "make test    run everything: linters, types, tests, notebooks, browser"
	@echo "make lab     open the quickstarter in JupyterLab"
	@echo "make docs    build the documentation"
	@echo "make dist    build the wheel and the sdist, and check what is in them"
	@echo "make bench   measure the speed against its targets (DATA=folder to use your own streams)"
	@echo "make walk    walk through the view at random and print what goes wrong (ACTS=500 SEED=7)"
	@echo "make clean   remove everything that the other targets made"

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "midplot needs Python 3.11 or newer. Choose one: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Python cannot create a virtual environment. On Debian, install python3-venv."; exit 1; }
	@touch $@

# The version is in midplot/game.py, and what is installed has to know it.
INSTALLED := pyproject.toml hatch_build.py midplot/game.py

$(VENV)/.run: $(VENV)/.made $(INSTALLED)
	@echo "installing midplot into $(VENV)"
	@$(PIP) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.made $(INSTALLED)
	@echo "installing midplot and everything its tests need into $(VENV)"
	@$(PIP) uv   # takes seconds for what pip takes minutes for
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --editable '.[dev]'
	@touch $@ $(VENV)/.run

demo: $(VENV)/.run
	@$(BIN)/midplot demo

# Two of them at a time, since each waits now and then, for a page or an index: what takes a moment first, so that what it
# finds is not found after minutes. The output of each is shown in one piece when it ends.
test: lint scripts imports types unit wheel lowest notebooks

ifeq ($(MAKECMDGOALS),test)
MAKEFLAGS += --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync)
endif

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

# Lint, format check and unit tests of the JavaScript. Nothing may be fetched, and Deno's cache stays in this folder. There
# are no types to check.
DENO := DENO_DIR=$(CURDIR)/build/deno DENO_NO_UPDATE_CHECK=1 $(BIN)/deno
scripts: $(VENV)/.dev
	$(DENO) lint
	$(DENO) fmt --check
	$(DENO) test --no-check --no-remote --no-npm --quiet

# What `tests.lean` does it has to do before pytest loads the plugins that are installed.
PYTEST := $(BIN)/python -m pytest -p tests.lean

unit: $(VENV)/.dev browser
	$(PYTEST) -n 2

notebooks: $(VENV)/.dev
	$(PYTEST) -n 2 --dist loadfile --nbval --nbval-cell-timeout=120 -p no:cacheprovider notebooks

# Builds into dist/ what would be published: the sdist, and from it the wheel.
dist: $(VENV)/.dev
	rm -rf dist
	$(BIN)/uv build --quiet --no-config --no-python-downloads
	$(PYTEST) -q tests/package/test_built.py

# The wheel in fresh environments outside the clone.
wheel: dist
	$(PYTEST) -n 2 tests/package/test_installed.py tests/package/test_other_pythons.py

# The tests that need no browser, with each requirement at its floor.
lowest: $(VENV)/.dev
	$(BIN)/python -m tests.package.lowest

# A random walk through the view in a real JupyterLab, which prints what was not as it should be after each act.
walk: $(VENV)/.dev browser
	@$(BIN)/python -m tests.browser.walk $(if $(ACTS),--acts $(ACTS)) $(if $(SEED),--seed $(SEED)) \
	  $(if $(DATA),--data $(DATA)) $(if $(RERUNS),--reruns $(RERUNS))

browser:
	@sh tests/browser/ensure_chromium.sh

lab: $(VENV)/.dev
	@$(BIN)/midplot lab

bench: $(VENV)/.dev
	@$(BIN)/python -m benchmarks $(if $(DATA),--data $(DATA)) $(if $(ONLY),--only $(ONLY))

# Writes the documentation page with the figures of this machine. Nothing else should be running.
bench-page: $(VENV)/.dev browser
	@$(BIN)/python -m benchmarks --page docs/benchmarks.md

docs: $(VENV)/.dev
	$(BIN)/python -m sphinx -W --keep-going -n -q -E -b html -d docs/_build/doctrees docs docs/_build/html
	@echo "The documentation is in docs/_build/html/index.html."

clean:
	rm -rf $(VENV) build dist docs/_build docs/tutorial/*.ipynb docs/tutorial/images midplot-demo*.html midplot-lab tests/browser/artefacts
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Takes the pictures of the README and the docs in a real JupyterLab.
pictures: $(VENV)/.dev browser
	$(BIN)/python -m pytest --rootdir=. docs/pictures
	cp tests/browser/artefacts/test_pictures-*view-1200-light.png docs/images/view.png
	cp tests/browser/artefacts/test_pictures-*view-1200-dark.png docs/images/view-dark.png
	cp tests/browser/artefacts/test_pictures-*labelling-1200-light.png docs/images/labelling.png
	cp tests/browser/artefacts/test_pictures-*trade-1200-light.png docs/images/trade.png
	cp tests/browser/artefacts/test_pictures-*demo-report.png docs/images/report.png
	cp tests/browser/artefacts/story.png docs/images/story.png
	cp tests/browser/artefacts/runs-in-*.png docs/images/
