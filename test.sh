#!/bin/sh
# Sets everything up and runs the tests, those with a browser included. Arguments go to pytest.
set -eu
cd "$(dirname "$0")"
sh ./setup.sh tests
exec .venv/bin/python -m pytest "$@"
