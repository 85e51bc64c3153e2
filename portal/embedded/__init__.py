"""One command on one machine: own PostgreSQL, own Valkey, and a supervisor over the processes.

`python -m portal.embedded` is what run.sh starts. Of the portal it imports the key ring alone, and
Django only where it runs Django's commands.
"""
