"""Webhooks: endpoints and their secrets, what is sent, and the worker that sends it."""
