"""The runner: claim, act, record. The truth is in PostgreSQL; the broker is a doorbell."""
