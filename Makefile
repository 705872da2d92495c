# Everything is reached from here; `make help` lists it. What has to be installed is installed on the way.
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
WORKERS ?= 2

.PHONY: help run test check bench lint types contracts templates lock vendor translations \
        ready-to-run ready-to-test clean
.DEFAULT_GOAL := help

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

run: ready-to-run ## Start with demo data: web server and worker (PORT, CONGRESS_DATA_DIR)
	@CONGRESS_ENV=demo exec $(BIN)/flask --app congress.app serve --setup

test: ready-to-test lint types contracts templates ## Linters, types, contracts, every test on SQLite, database tests on PostgreSQL
	$(PYTEST) -n $(WORKERS) --dist loadfile
	TEST_ENGINE=postgresql $(PYTEST) -m database -n 0

check: ready-to-test lint types contracts templates ## The fast half: no browser, nothing slow, SQLite only
	$(PYTEST) -m "not browser and not slow" -n $(WORKERS) --dist loadfile

bench: ready-to-test ## Measure; ONLY=scan runs a part
	@ONLY="$(ONLY)" $(BIN)/python -m tests.benchmarks

lint: ## ruff, both halves
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: ## mypy --strict
	$(BIN)/mypy

contracts: ## Who may import whom
	$(BIN)/lint-imports

templates: ## Templates and translations
	$(BIN)/djlint --check templates
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python .ci/translations.py check

lock: ## Resolve the pins of pyproject.toml into the lock files
	PYTHON=$(PYTHON) .ci/lock

vendor: ## Fetch the front end again (needs npm) and compare with what was recorded
	$(BIN)/python .ci/vendor.py

translations: ready-to-run ## Bring messages.po up to date with the code, and compile
	$(BIN)/python .ci/translations.py update

ready-to-run:
	@$(PYTHON) .ci/bootstrap.py run

ready-to-test:
	@$(PYTHON) .ci/bootstrap.py test

clean: ## Remove what was built, but never instance/
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find congress/translations -name '*.mo' -delete
