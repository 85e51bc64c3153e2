"""One command on one machine: own PostgreSQL, own Valkey, and a supervisor over the processes.

Nothing here imports Django or another part of the portal. `python -m portal.embedded` is what
run.sh starts.
"""
