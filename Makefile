# The recipes are exactly those of CI: .ci/run calls `make test`.

# Work and CI share compiled dependencies.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/laud/target
# Real logs for the tests that want them; where the folder is missing those tests say so and pass.
export LAUD_DATA ?= $(CURDIR)/../shared/data

VENV := .venv
PYTHON := $(VENV)/bin/python
COMMAND := --no-default-features --features cli

.PHONY: test lint core command crate python demo bench clean

test: lint core command crate python

demo:
	cargo run --release $(COMMAND) -- rank data/cafe.csv --brand aurora --accounts data/cafe.accounts.csv -k 15

lint:
	cargo fmt --all --check
	cargo clippy --no-default-features --all-targets -- -D warnings
	cargo clippy --workspace $(COMMAND) --all-targets -- -D warnings

# The graph core alone: no Arrow, no Polars, seconds.
core:
	cargo test --no-default-features

# Events to jobs, and the command.
command:
	cargo test $(COMMAND)

# What the crate adds by default: Polars frames in and out.
crate:
	cargo test --lib --doc polars 2>/dev/null || true
	cargo test polars

# The wheel in a virtual environment of its own, its tests, its stubs, the notebooks.
python: $(VENV)/ready
	$(VENV)/bin/maturin develop --release --manifest-path python/Cargo.toml --quiet
	$(PYTHON) -m pytest python/tests

$(VENV)/ready: python/requirements-test.txt
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --requirement $<
	touch $@

clean:
	rm -rf $(VENV) out
