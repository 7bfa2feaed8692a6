# Everything a person does with a checkout. Needs python3.11+, pip, make and git; all else is set up below, inside the checkout.
SHELL := /bin/sh
.DEFAULT_GOAL := help
UV_VERSION := 0.13.9
# python3 when it is new enough, else the newest of the supported ones that really starts
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
UV := .tools/bin/uv
# uv's cache stays in the checkout (no HOME needed); it never downloads a Python, and it asks the index that pip was told to ask.
export UV_CACHE_DIR ?= $(CURDIR)/.tools/cache
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
INDEX = $(shell $(PYTHON) -m pip config get global.index-url 2>/dev/null)
WITH_INDEX = $(if $(UV_DEFAULT_INDEX)$(INDEX),UV_DEFAULT_INDEX="$(or $(UV_DEFAULT_INDEX),$(INDEX))",)

.PHONY: help setup run test test-web check lint types contracts containers bench bench-text bench-search bench-recall bench-following bench-spelling bench-pruning bench-delivery bench-web chaos demo-cluster simulate format texts lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

setup: .venv/.ready ## make .venv with the liwen command and all that tests need

.venv/.ready: requirements-dev.txt pyproject.toml | $(UV)
	@$(UV) venv --quiet --clear --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv
	@$(WITH_INDEX) $(UV) pip sync --quiet --require-hashes requirements-dev.txt
	@$(WITH_INDEX) $(UV) pip install --quiet --no-deps --editable .
	@touch $@

$(UV):
	@test -n "$(PYTHON)" || { echo "Liwen needs Python 3.11 or newer as python3, or PYTHON=/path/to/python make ..." >&2; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || { echo "Liwen needs pip for $(PYTHON): apt-get install python3-pip, or python3 -m ensurepip" >&2; exit 1; }
	@echo "Setting up .venv (once; under a minute on most machines) ..."
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-cache-dir --root-user-action=ignore --target .tools uv==$(UV_VERSION)

run: setup ## the main job: the bot in Telegram when TELEGRAM_TOKEN is set, else the console with the seed page read
	@$(BIN)/liwen run

# A third process works while the others wait: for PostgreSQL, for programs that tests start, for a clock.
test: setup ## all tests on SQLite and PostgreSQL, with branch coverage
	@$(BIN)/python -m pytest -q -n 3 --cov --cov-report=term

test-web: .venv-web/.ready ## the web pages in a real browser; installs playwright, and Debian's chromium where it may
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && apt-get install --yes --quiet chromium fonts-noto-cjk; } || \
		{ echo "the browser tests need chromium: apt-get install chromium fonts-noto-cjk" >&2; exit 1; }
	@.venv-web/bin/python -m pytest -q -rs tests/bot/web

.venv-web/.ready: requirements-web.txt pyproject.toml | $(UV)
	@$(UV) venv --quiet --clear --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv-web
	@$(WITH_INDEX) $(UV) pip sync --quiet --require-hashes --python .venv-web/bin/python requirements-web.txt
	@$(WITH_INDEX) $(UV) pip install --quiet --no-deps --python .venv-web/bin/python --editable .
	@touch $@

check: lint types contracts containers test ## lint, types, import contracts, container files, then the tests

lint: setup ## ruff: rules and format
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check . && echo "lint: ok"

types: setup ## mypy, strict, tests too
	@$(BIN)/mypy

contracts: setup ## who may import whom
	@$(BIN)/lint-imports --no-cache --no-timing 2>/dev/null || $(BIN)/lint-imports --no-cache

containers: setup ## docker-compose.yml against its schema, Dockerfile against hadolint
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	@$(BIN)/hadolint Dockerfile && echo "containers: ok"

bench: setup ## how fast pages are read and near-duplicates found (ARTICLES=100000 PAGES=folder)
	@$(BIN)/python -m tests.benchmarks.ingest --articles $(or $(ARTICLES),100000) $(if $(PAGES),--pages "$(PAGES)")

bench-text: .venv-bench/.ready ## how well and fast articles are read, beside jieba and other summarizers (SUMMARIES=folder MEMORY=100000)
	@.venv-bench/bin/python -m tests.benchmarks.text $(if $(SUMMARIES),--summaries "$(SUMMARIES)") --memory $(or $(MEMORY),100000)

.venv-bench/.ready: requirements-bench.txt pyproject.toml | $(UV)
	@$(UV) venv --quiet --clear --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" .venv-bench
	@$(WITH_INDEX) $(UV) pip sync --quiet --require-hashes --python .venv-bench/bin/python requirements-bench.txt
	@$(WITH_INDEX) $(UV) pip install --quiet --no-deps --python .venv-bench/bin/python --editable .
	@touch $@

bench-following: setup ## how fast an article finds those who follow it (QUERIES=100000)
	@$(BIN)/python -m tests.benchmarks.following --queries $(or $(QUERIES),100000)

bench-spelling: setup ## how often what was meant is offered for a misspelt word (ARTICLES="files of JSON lines")
	@$(BIN)/python -m tests.benchmarks.spelling $(ARTICLES)

bench-pruning: setup ## how long writers wait while old articles are removed (ARTICLES=100000)
	@$(BIN)/python -m tests.benchmarks.pruning --articles $(or $(ARTICLES),100000)

bench-delivery: setup ## rates, cost and waiting times of pushes and answers, before a Bot API server on 127.0.0.1
	@$(BIN)/python -m tests.benchmarks.delivery

bench-web: setup ## pages a second, first bytes, weights and memory of the web pages (ARTICLES=100000)
	@$(BIN)/python -m tests.benchmarks.web --articles $(or $(ARTICLES),100000)

simulate: setup ## what a million readers need, where it breaks first (every figure an option: see --help of the module)
	@$(BIN)/python -m tests.benchmarks.simulate

demo-cluster: setup ## PostgreSQL, Redis, a bot and two workers on this machine; one is killed and the other ends its jobs
	@$(BIN)/python -m tests.benchmarks.cluster

chaos: setup ## every fault of Telegram at once, and killed processes, until all that is owed has arrived (three quarters of an hour)
	@$(BIN)/python -m tests.benchmarks.chaos

bench-search: .venv-bench/.ready ## how fast an archive is indexed and searched, beside tantivy (ARTICLES=100000)
	@.venv-bench/bin/python -m tests.benchmarks.search --articles $(or $(ARTICLES),100000) $(if $(ONLY),--only $(ONLY),)

bench-recall: setup ## whether search finds all that stands in 10,000 articles, and nothing else
	@$(BIN)/python -m tests.benchmarks.recall --articles $(or $(ARTICLES),10000)

texts: setup ## collect the bot's sentences into its catalogues; translate what is new there
	@$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --no-wrap --omit-header --add-location=file --sort-by-file --output-file .tools/liwen.pot bot
	@$(BIN)/pybabel --quiet update --domain liwen --input-file .tools/liwen.pot --output-dir bot/texts/locales --no-wrap \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

format: setup ## rewrite the sources as the linter wants them
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

lock: $(UV) ## renew the hashed pins in requirements*.txt
	@$(UV) pip compile --quiet --universal --generate-hashes --upgrade --python-version 3.11 --custom-compile-command "make lock" \
		--all-extras pyproject.toml --output-file requirements.txt
	@$(UV) pip compile --quiet --universal --generate-hashes --upgrade --python-version 3.11 --custom-compile-command "make lock" \
		--all-extras --group dev --constraints requirements.txt pyproject.toml --output-file requirements-dev.txt
	@$(UV) pip compile --quiet --universal --generate-hashes --upgrade --python-version 3.11 --custom-compile-command "make lock" \
		--all-extras --group bench --constraints requirements.txt pyproject.toml --output-file requirements-bench.txt
	@$(UV) pip compile --quiet --universal --generate-hashes --upgrade --python-version 3.11 --custom-compile-command "make lock" \
		--all-extras --group dev --group browser --constraints requirements-dev.txt pyproject.toml --output-file requirements-web.txt

clean: ## remove what set-up and tests made (never your data)
	@rm -rf .venv .venv-bench .venv-web .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .import_linter_cache
