# Two commands to start with: `make demo` and `make test`. Each sets up what it needs by itself.
SHELL := /bin/sh
PYTHON := .venv/bin/python
UV_VERSION := 0.13.9
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPYCACHEPREFIX :=

.PHONY: demo run test test-faults check check-style check-types check-behaviour fmt bench bench-rooms bench-matching bench-text vectors lock setup setup-dev clean

demo: setup
	@$(PYTHON) -m reconvene.config.cli demo $(ARGS)

run: setup
	@$(PYTHON) -m reconvene.config.cli serve $(ARGS)

# Types are looked at beside the tests, which begin with work for one processor.
test: setup-dev check-style
	@$(MAKE) --no-print-directory -j2 check-types check-behaviour

check-behaviour: setup-dev
	@$(PYTHON) -m pytest -n 4 --dist loadfile --no-loadscope-reorder --max-worker-restart 0 $(ARGS)

# The fault tests in full: 200 sessions on failing networks, 100 kills, half a minute without a database; whole sessions in every mode; every page
# in every scheme; every guide on paper; the outbox: 250 workers killed at each step, 8 workers at 10,000 notices 20 times, 100,000 hostile texts, clocks that are
# wrong or jump (libfaketime). Hours, most of them the outbox's.
test-faults: setup-dev
	@sh scripts/need.sh "the fault tests" faketime 'ls /usr/lib/*/faketime/libfaketimeMT.so.1'
	@RECONVENE_FAULTS=full RECONVENE_HISTORIES=10000 $(PYTHON) -m pytest tests/faults tests/browser/test_pages.py tests/availability/test_slots.py tests/rooms/test_conductor.py tests/rooms/test_simulation.py tests/rooms/test_modes.py tests/rooms/test_rehearsal.py tests/demo/test_company.py tests/forming/test_concurrency.py tests/guides/test_printing.py tests/rooms/test_looks.py tests/rooms/test_on_paper_looks.py tests/rooms/test_settling_looks.py tests/rooms/test_conducting_looks.py -s -o faulthandler_timeout=0 $(ARGS)

check: check-style check-types

check-style: setup-dev
	@$(PYTHON) -m ruff format --check --quiet . || { echo "Some files are not formatted: type 'make fmt'."; exit 1; }
	@$(PYTHON) -m ruff check --quiet .
	@.venv/bin/lint-imports --no-cache > .lint-imports.log 2>&1 || { cat .lint-imports.log; rm -f .lint-imports.log; exit 1; }
	@rm -f .lint-imports.log
	@$(PYTHON) manage.py makemigrations --check --dry-run --verbosity 0 || { echo "Models changed without a migration."; exit 1; }
	@.venv/bin/djlint src --lint --quiet

check-types: setup-dev
	@RECONVENE_TESTING=1 $(PYTHON) -m mypy

fmt: setup-dev
	@$(PYTHON) -m ruff check --fix --quiet . ; $(PYTHON) -m ruff format .

bench: setup-dev
	@for file in $$(ls benchmarks/*.py | grep -v _); do echo "== $$file"; PYTHONPATH=. $(PYTHON) $$file || exit 1; done

# Rooms in numbers that a large company might have at once. Says what falls short, and goes on.
bench-rooms: setup-dev
	@for rooms in 10 60 200 500 1000; do $(PYTHON) -m benchmarks.rooms --rooms $$rooms || failed=1; done; \
	$(PYTHON) -m benchmarks.rooms --rooms 1 --sleeping 2000 || failed=1; $(PYTHON) -m benchmarks.streams || failed=1; exit $${failed:-0}

# The engine against its goals and its peers: two tables, some minutes.
bench-matching: setup-dev
	@$(PYTHON) -m benchmarks.matching $(ARGS)

# From own words to topics: accuracy, hard pairs, time, memory, loading.
bench-text: setup-dev
	@PYTHONPATH=. $(PYTHON) benchmarks/text.py $(ARGS)

# Keep where the guides' phrases and posts lie beside them, so that an installation need not work it out; after many guides were changed.
vectors: setup-dev
	@RECONVENE_TESTING=1 DJANGO_SETTINGS_MODULE=reconvene.config.settings $(PYTHON) -c "import django; django.setup(); from reconvene.guides.finding import prepare; prepare()"
	@rm -f guides/phrases-*.npz; cp "$$(ls -t var/text/phrases-minilm-*.npz | head -1)" guides/

# Write requirements*.txt from pyproject.toml: names, versions and hashes, no addresses.
lock: setup-dev
	@.venv/bin/uv lock --quiet --upgrade
	@.venv/bin/uv export --quiet --format requirements-txt --no-header --no-annotate --no-emit-project --no-dev -o requirements.txt
	@.venv/bin/uv export --quiet --format requirements-txt --no-header --no-annotate --no-emit-project -o requirements-dev.txt

setup: .venv/.installed
setup-dev: .venv/.installed-dev
	@sh scripts/need-chromium.sh

.venv/.installed: requirements.txt pyproject.toml scripts/make-venv.sh
	@sh scripts/make-venv.sh $(UV_VERSION) requirements.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt pyproject.toml scripts/make-venv.sh
	@sh scripts/need.sh "the tests of the compiled core" "gcc libc6-dev" 'command -v cc'
	@sh scripts/make-venv.sh $(UV_VERSION) requirements-dev.txt
	@touch .venv/.installed $@

clean:
	rm -rf .venv var
