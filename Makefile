# The words everyone types. run and test set themselves up; the others stand on their set-up.
PYTHON := .venv/bin/python

.PHONY: setup run test test-fast check bench soak screenshots messages lock

setup:
	sh setup.sh tests

run:
	sh run.sh

test:
	sh test.sh

test-fast: setup
	$(PYTHON) -m pytest -q -m "not slow and not browser and not journey"

check: setup
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/lint-imports
	.venv/bin/mypy
	$(PYTHON) manage.py api_schema --check

bench: setup
	$(PYTHON) -m tests.bench

soak: setup
	$(PYTHON) -m tests.bench.soak
	PROBE_EXAMPLES=650 $(PYTHON) -m pytest -q tests/upgrades/api/test_probing.py

screenshots: setup
	$(PYTHON) -m tests.screenshots

# Needs GNU gettext; compiling the catalogues does not.
messages: setup
	$(PYTHON) manage.py makemessages --locale fr --locale tr --no-obsolete --no-location
	$(PYTHON) -m portal.embedded.catalogues

# Needs uv. No address of a registry may stand in the files.
lock:
	for name in requirements requirements-dev; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header $$name.in -o $$name.txt || exit 1; \
	done
