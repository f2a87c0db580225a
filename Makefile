# Every habit of this project. `make help` lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
BIN := .venv/bin
PORT ?= 8000
SANDYQ_HOME ?= var
# Of tests, for two cores: some always wait, for a lease to end or a killed server to be back.
PROCESSES ?= 4
ARGS ?=

# The system's own Python first: its updates mend it, and it is a tenth quicker than one that
# was built without a profile. On Debian it can do so once python3-venv is there.
RECENT := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON := $(shell /usr/bin/python3 -c 'import ensurepip; $(RECENT)' 2>/dev/null \
	&& echo /usr/bin/python3 && exit; \
	for name in python3 python3.13 python3.12 python3.11; do \
	"$$name" -c '$(RECENT)' 2>/dev/null && { command -v "$$name"; break; }; done)

.PHONY: help
help: ## Say what can be done here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "Sandyq needs Python 3.11 or newer (looked for python3, python3.13, python3.12, python3.11)." >&2; exit 1; }

.PHONY: setup
setup: python ## Bring what the portal and the worker need
	@"$(PYTHON)" .ci/setup.py run

.PHONY: setup-test
setup-test: python ## Bring what the tests need as well
	@"$(PYTHON)" .ci/setup.py test

.PHONY: run
run: setup ## Start portal and worker with the sample books (CHECK=1: end when they are complete; PORT=8000)
	@SANDYQ_HOME="$(SANDYQ_HOME)" SANDYQ_PORT="$(PORT)" \
		SANDYQ_BASE_URL="$${SANDYQ_BASE_URL:-http://127.0.0.1:$(PORT)}" \
		$(BIN)/sandyq run --samples tests/data/samples $(if $(CHECK),--check)

.PHONY: secrets
secrets: python ## Make the passwords and keys that docker-compose.yml needs (into secrets)
	@"$(PYTHON)" .ci/passwords.py secrets

# The types take a minute of one core, in which some test always waits for a process to end.
.PHONY: test
test: setup-test lint contracts ## Set up and prove everything
	@$(MAKE) types & types=$$!; $(MAKE) pytest; told=$$?; \
		wait $$types || { echo "The types are not right: see above, where the tests begin." >&2; exit 1; }; \
		exit $$told

.PHONY: lint
lint: ## Style of the code, and its format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: format
format: ## Bring the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: types
types: ## Types, strictly
	$(BIN)/mypy
	MYPYPATH=.ci $(BIN)/mypy .ci/setup.py .ci/passwords.py

.PHONY: contracts
contracts: ## Which package may import which
	$(BIN)/lint-imports --no-cache

.PHONY: pytest
pytest: ## The tests alone (ARGS="tests/archive -k rights", PROCESSES=1)
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $(PROCESSES) --dist loadfile --no-loadscope-reorder $(ARGS)

# By default R-01 as it was promised, and each other fault a few times more often than in CI.
KILLS ?= 60
PAGES ?= 400
BOOK ?= 20
TIMES ?= 5
POISON ?= 3

.PHONY: faults
faults: ## Kill, poison and take away, at length (KILLS=200 PAGES=2000 BOOK=100 TIMES=20 POISON=20)
	KILLS=$(KILLS) PAGES=$(PAGES) BOOK=$(BOOK) TIMES=$(TIMES) POISON=$(POISON) PATIENCE=7200 \
		$(BIN)/pytest -s tests/faults $(ARGS)

.PHONY: bench
bench: ## Measure: the ratios of one run
	@for file in tests/benchmarks/bench_*.py; do \
		echo "== $$file"; $(BIN)/python -m "tests.benchmarks.$$(basename "$$file" .py)" $(ARGS) || exit 1; done

.PHONY: language
language: ## Measure how Kazakh text is understood, as Markdown (ARGS="--failures --opensearch")
	$(BIN)/python -m tests.language $(ARGS)

.PHONY: gallery
gallery: ## Serve every kind of page in every state, to look at
	$(BIN)/python -m tests.web.gallery

.PHONY: handbook
handbook: ## Take the handbook's pictures again (ARGS="board uploading": of these desks only)
	$(BIN)/python -m tests.handbook.draw $(ARGS)

.PHONY: docs
docs: ## Check that the documents name only what exists
	$(BIN)/pytest tests/test_documents.py tests/test_handbook.py

.PHONY: samples
samples: ## Print and wear the sample books again
	$(BIN)/python -m tests.data.make_samples

.PHONY: lock
lock: ## Take newer versions of packages into the lock files
	.setup/uv/bin/uv lock --upgrade
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm update --package-lock-only --ignore-scripts

.PHONY: clean
clean: ## Remove what tools leave behind (never what Sandyq keeps in var)
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .setup/stamps
	rm -rf node_modules web/static/vendor web/static/fonts
	find . \( -path ./.venv -o -path ./.setup -o -path ./var \) -prune -o \( -name __pycache__ -o -name '*.mo' \) -print0 | xargs -0 rm -rf

.PHONY: distclean
distclean: clean ## Remove all that set-up made as well
	rm -rf .venv .setup .cache
