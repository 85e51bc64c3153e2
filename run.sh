#!/bin/sh
# Sets everything up and runs it: databases, web, workers and, with the demo, the simulated appliances.
#   HOST PORT       where it listens (127.0.0.1, 8000)
#   PORTAL_STATE    where its data lies
#   DEMO=0          start empty, with a one-time link for the first administrator
#   AUTOPILOT=0     press the simulated appliances' buttons yourself
# `sh run.sh manage COMMAND` runs a command of manage.py against the same data. All variables: .env.example
set -eu
cd "$(dirname "$0")"
sh ./setup.sh
exec .venv/bin/python -m portal.embedded "$@"
