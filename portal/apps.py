from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        # Celery finds tasks lazily: without this a web process would not know a task's name. What
        # keeps a customer from being erased is said by each app (services/erasing/obstacles.py).
        autodiscover_modules("checks", "tasks", "services.leaving")
