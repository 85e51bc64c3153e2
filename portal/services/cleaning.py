"""What is thrown away every day: sign-in counters, sessions and files that nothing points to."""

from importlib import import_module

from django.conf import settings

from portal.services import signin


def clean_up() -> None:
    """Safe to run at any time and more than once."""
    signin.forget_old_tries()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
