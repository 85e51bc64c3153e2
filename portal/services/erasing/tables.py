"""Which tables hold what is a customer's, in the order in which their rows can go."""

from django.apps import apps
from django.db.models import Model

from portal.tenancy import CustomerOwned


def owned() -> list[type[Model]]:
    """Every table of customers' rows but those that stay (KEPT_WHEN_ERASED), what refers to others
    before what it refers to."""
    left = {
        model
        for model in apps.get_models()
        if issubclass(model, CustomerOwned) and not hasattr(model, "KEPT_WHEN_ERASED")
    }
    found: list[type[Model]] = []
    while left:
        free = {model for model in left if not any(_refers(each, model) for each in left - {model})}
        if not free:
            raise RuntimeError(
                f"These tables refer to each other in a ring: {sorted(map(str, left))}"
            )
        found += sorted(free, key=lambda model: model._meta.label)
        left -= free
    return found


def refers_to_itself(model: type[Model]) -> bool:
    """Then its rows go together: none may be left whose other is gone."""
    return _refers(model, model)


def _refers(source: type[Model], target: type[Model]) -> bool:
    return any(field.related_model is target for field in source._meta.concrete_fields)
