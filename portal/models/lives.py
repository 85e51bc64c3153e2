"""What every model with a life shares."""

from functools import cache
from typing import Any

from django.db import models
from django_fsm import ConcurrentTransitionMixin, FSMFieldMixin


@cache
def _state_fields(model: type[models.Model]) -> tuple[FSMFieldMixin, ...]:
    return tuple(field for field in model._meta.fields if isinstance(field, FSMFieldMixin))


class Lives(ConcurrentTransitionMixin, models.Model):
    """A row whose state moves only through its transitions, by compare-and-set.

    Saving a row that somebody moved meanwhile raises ConcurrentTransition; pages answer 409.
    """

    class Meta:
        abstract = True

    @property
    def state_fields(self) -> tuple[FSMFieldMixin, ...]:
        """The library looks for them among all columns of every row that is read."""
        return _state_fields(type(self))

    def refresh_from_db(self, using: str | None = None, fields: Any = None, **kwargs: Any) -> None:
        """Read the row anew. The library's own way lifts the state's protection on the field that
        all rows share, and leaves it off if the row is gone: here another instance is read."""
        found = type(self)._base_manager.using(using or self._state.db).get(pk=self.pk)
        names = set(fields) if fields else None
        for field in self._meta.concrete_fields:
            if names is None or field.name in names or field.attname in names:
                self.__dict__[field.attname] = found.__dict__[field.attname]
        if names is None:
            self._state.fields_cache.clear()
        self._update_initial_state()
