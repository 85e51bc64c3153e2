"""Keys that keys made: who ends one ends what it made, since whoever held it may have made more."""

from collections import defaultdict
from collections.abc import Iterable

from portal.models import ApiKey

FAMILY = (
    "WITH RECURSIVE family AS (SELECT id FROM portal_apikey WHERE id = ANY(%s) UNION"
    " SELECT made.id FROM portal_apikey made JOIN family ON made.maker_id = family.id)"
    " SELECT * FROM portal_apikey JOIN family USING (id)"
    " WHERE revoked_at IS NULL ORDER BY made_at, id"
)


def of(key: ApiKey) -> list[ApiKey]:
    """The keys that one made, and those that they made, as far as they are not ended."""
    return [made for made in ApiKey.objects.raw(FAMILY, [[key.pk]]) if made.pk != key.pk]


def of_each(keys: Iterable[ApiKey]) -> dict[ApiKey, list[ApiKey]]:
    """The same for each of several, by one question."""
    wanted = list(keys)
    children = defaultdict(list)
    for made in ApiKey.objects.raw(FAMILY, [[key.pk for key in wanted]]):
        children[made.maker_id].append(made)
    return {key: list(_below(key, children)) for key in wanted}


def _below(key: ApiKey, children: dict[object, list[ApiKey]]) -> Iterable[ApiKey]:
    for made in children[key.pk]:
        yield made
        yield from _below(made, children)
