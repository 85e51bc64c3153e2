#!/bin/sh
# Sets everything up and runs the tests, those with a browser included. Arguments go to pytest.
# As many at once as there are cores, four at most (TEST_WORKERS says otherwise).
set -eu
cd "$(dirname "$0")"
sh ./setup.sh tests
cores=$(nproc)
[ "$cores" -le 4 ] || cores=4
exec .venv/bin/python -m pytest -n "${TEST_WORKERS:-$cores}" --dist loadgroup "$@"
