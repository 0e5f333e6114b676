# The recipes are exactly those of CI: .ci/run calls `make test`.

# Work and CI share compiled dependencies.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/laud/target
# Real logs for the tests that want them; where the folder is missing those tests say so and pass.
export LAUD_DATA ?= $(CURDIR)/../shared/data

VENV := .venv
PYTHON := $(VENV)/bin/python
COMMAND := --no-default-features --features cli

.PHONY: test lint core command crate python demo clean

test: lint core crate python

demo:
	cargo run --release $(COMMAND) -- rank data/cafe.csv --brand aurora --accounts data/cafe.accounts.csv -k 15

lint:
	cargo fmt --all --check
	cargo clippy --no-default-features --all-targets -- -D warnings
	cargo clippy --workspace --no-default-features --features laud/cli --all-targets -- -D warnings

# The graph core alone: no Arrow, no Polars, seconds.
core:
	cargo test --no-default-features

# Events to jobs, and the command, without Polars: what to run while working.
command:
	cargo test $(COMMAND)

# Everything the crate has, Polars frames included.
crate:
	cargo test --features cli

# The wheel in a virtual environment of its own, its tests, its stubs, the notebooks.
python: $(VENV)/ready
	VIRTUAL_ENV=$(CURDIR)/$(VENV) $(VENV)/bin/maturin develop --release --manifest-path python/Cargo.toml --quiet
	$(PYTHON) -m pytest python/tests

$(VENV)/ready: python/requirements-test.txt
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --requirement $<
	touch $@

clean:
	rm -rf $(VENV) out
