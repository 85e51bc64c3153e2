#!/bin/sh
# Sets everything up and runs the tests, those with a browser included. Arguments go to pytest.
# Two more at once than there are cores, since many stories wait (TEST_WORKERS says otherwise).
set -eu
cd "$(dirname "$0")"
sh ./setup.sh tests
cores=$(nproc)
[ "$cores" -le 4 ] || cores=4
exec .venv/bin/python -m pytest -n "${TEST_WORKERS:-$((cores + 2))}" "$@"
