# `make run` starts Milkglass with its demo; `make test` proves it. Both set up what is missing and work offline after.
PYTHON ?= python3
VENV = .venv/bin

.PHONY: help run test test-long bench fuzz lint lock wheel documents clean

help:
	@echo "make run        set up, start the server with its demo on http://localhost:8484"
	@echo "make test       set up, run every test (make test-long adds the slow ones)"
	@echo "make bench      measure this machine; docs/performance.md says what the figures mean"

run:
	@$(PYTHON) deploy/setup.py run
	@exec $(VENV)/milkglass up

test:
	@$(PYTHON) deploy/setup.py test
	@deploy/test.sh

test-long:
	@$(PYTHON) deploy/setup.py test
	@MILKGLASS_TEST_LONG=1 deploy/test.sh

bench:
	@$(PYTHON) deploy/setup.py test
	@$(VENV)/python -m benchmarks

fuzz:
	@$(PYTHON) deploy/setup.py fuzz
	@for target in css decoder; do MILKGLASS_PURE=1 nice -n 19 $(VENV)/python -m tests.fuzz.fuzz $$target $${FUZZ_SECONDS:-300} || exit 1; done

lint:
	@$(VENV)/ruff check . && $(VENV)/ruff format --check . && $(VENV)/mypy && $(VENV)/lint-imports

# Write what the code generates: the log's table of acts and its entry schema, the table of access rules.
documents:
	@$(VENV)/python deploy/documents.py

# Write the locks anew; needs uv. Nothing younger than seven days gets in.
lock:
	@for name in build run test node fuzz pdf; do uv pip compile -q --generate-hashes --universal --python-version 3.11 \
	  --no-emit-index-url --exclude-newer "$$(date -d '7 days ago' +%F)" requirements/$$name.in -o requirements/$$name.txt; done

clean:
	rm -rf .venv sdk/node_modules sdk/dist console/node_modules src/milkglass/web/static/built
