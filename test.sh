#!/bin/sh
# Sets up all that the tests need and runs them all. Needs Rust, Python 3.11 with venv and pip, and, where make or a
# C compiler is missing, Debian's package manager.
set -eu
cd "$(dirname "$0")"
if ! command -v make >/dev/null || ! command -v cc >/dev/null; then
    apt-get update && apt-get install --yes make gcc libc6-dev
fi
if ! python3 -c 'import ensurepip' 2>/dev/null; then
    apt-get update && apt-get install --yes python3-venv
fi
make test
