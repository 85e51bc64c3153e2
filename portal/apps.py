from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        # Celery finds tasks lazily: without this a web process would not know a task's name.
        autodiscover_modules("checks", "tasks")
