"""What commands call by name: a site, a release, a person."""

import uuid
from contextlib import suppress

from django.core.management.base import CommandError
from django.db.models import Q

from appliances.models import Package, Site
from portal.models import User
from upgrades.services import planning


def site(word: str | None) -> Site:
    """The open site of this public host name or id, whosever it is."""
    if not word:
        raise CommandError("Name a site: --site support.example.com")
    named = Q(public_name=word)
    with suppress(ValueError):
        named |= Q(pk=uuid.UUID(word))
    found = list(Site.across.filter(named, closed_at=None))
    if not found:
        raise CommandError(f"No site has {word} for its public host name or id.")
    if len(found) > 1:
        raise CommandError(f"{len(found)} sites are called {word}. Give the site's id.")
    return found[0]


def target(site: Site, version: str | None) -> Package | None:
    """The package of this version; without one the newest that the site can reach."""
    if version:
        found = Package.objects.filter(version=version, withdrawn_at=None).first()
        if found is None:
            raise CommandError(f"There is no package {version}.")
        return found
    reachable = [one.package for one in planning.choices(site) if one.hops]
    return reachable[0] if reachable else None


def person(email: str | None) -> User:
    """This person, or any of the vendor's staff."""
    people = User.objects.filter(is_active=True)
    found = (people.filter(email=email) if email else people.exclude(staff_role="")).first()
    if found is None:
        raise CommandError("Nobody is there to ask for it: name somebody with --by.")
    return found
