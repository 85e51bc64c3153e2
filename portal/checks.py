"""What keeps the site from starting: an unowned table, a missing wall, a setting that is wrong."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError, connections

from portal.services import breaches, database
from portal.services.company import finding
from portal.tenancy import CustomerManager, CustomerOwned

OURS = ("portal", "appliances", "upgrades")
# Tables that belong to nobody, or to everybody; the two after them are secured by another column.
PLATFORM = frozenset(
    {
        "portal.ApiKey",
        "portal.CalendarFeed",
        "portal.Clock",
        "portal.CompanyTicket",
        "portal.Heartbeat",
        "portal.KeptPlatformAnswer",
        "portal.OneTimeLink",
        "portal.OwnLetter",
        "portal.Passkey",
        "portal.PasskeyChallenge",
        "portal.PlatformEvent",
        "portal.RecoveryCode",
        "portal.SecondStep",
        "portal.Session",
        "portal.ShownProof",
        "portal.SignInTry",
        "portal.StaffTie",
        "portal.User",
        "appliances.InstallationThreshold",
        "appliances.Package",
        "appliances.Requirement",
        "upgrades.PathEntry",
        "upgrades.PlatformFreeze",
        "upgrades.Settlement",
        "upgrades.Rollout",
        "upgrades.FleetCount",
        "upgrades.RolloutReport",
        "upgrades.Seat",
        "upgrades.Shift",
        "upgrades.Team",
        "upgrades.Wave",
    }
)
OTHERWISE_SECURED = frozenset({"portal.Customer", "portal.ChainHead"})


@register(Tags.models)
def every_table_has_an_owner(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A model is CustomerOwned with the scoped manager as its default, or on a list above."""
    return [message for label in OURS for message in _unowned(label)]


def _unowned(label: str) -> Iterator[CheckMessage]:
    for model in apps.get_app_config(label).get_models():
        name = f"{label}.{model.__name__}"
        if name in PLATFORM | OTHERWISE_SECURED:
            continue
        if not issubclass(model, CustomerOwned):
            yield Error(
                f"{name} is owned by no customer.",
                hint="Inherit CustomerOwned, or put it on the platform list of portal/checks.py.",
                id="portal.E001",
            )
        elif not isinstance(model._default_manager, CustomerManager):
            yield Error(
                f"The default manager of {name} sees every customer's rows.",
                hint="Let `objects` be a CustomerManager.",
                id="portal.E002",
            )


@register(Tags.security)
def settings_fit_together(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What is wrong with the environment, and what to write instead."""
    return [
        Error(sentence, hint=hint, id=f"portal.E{number}")
        for number, wrong, sentence, hint in (
            (
                "010",
                settings.PRODUCTION and len(settings.SECRET_KEY) < 32,
                "SECRET_KEY is not set, or too short, and this is PRODUCTION.",
                "Set SECRET_KEY (or SECRET_KEY_FILE) to at least 32 random characters.",
            ),
            (
                "011",
                settings.PRODUCTION and bool(settings.SIMULATOR_URL),
                "SIMULATOR_URL is set, and this is PRODUCTION.",
                "A production installation talks to no simulator: unset SIMULATOR_URL.",
            ),
            (
                "012",
                settings.PRODUCTION and settings.DEMO,
                "DEMO is on, and this is PRODUCTION.",
                "Set DEMO=0.",
            ),
            (
                "013",
                bool(_ring_problem()),
                f"The key ring {settings.KEY_RING} cannot be used: {_ring_problem()}.",
                "Set KEY_RING to the file of keys; `sh run.sh` makes one when there is none.",
            ),
            (
                "014",
                settings.PRODUCTION and not settings.PUBLIC_URL.startswith("https://"),
                "PUBLIC_URL is not https, and this is PRODUCTION.",
                "Set PUBLIC_URL to the address that browsers use, beginning with https://.",
            ),
            (
                "015",
                not breaches.is_well_named(),
                "BREACHED_PASSWORDS_URL cannot be called.",
                "Set it to an https address to which five hex digits are added, or unset it.",
            ),
            (
                "016",
                len(settings.ESCALATE_MINUTES) != 3
                or not all(
                    each.isdecimal() and 0 < int(each) < 100_000
                    for each in settings.ESCALATE_MINUTES
                ),
                "ESCALATE_MINUTES is not three numbers of minutes.",
                "Set it as 10,60,480: in a window, within a day of a deadline, else.",
            ),
            (
                "017",
                bool(finding.staff_problem()),
                f"The staff's OpenID provider cannot be used: {finding.staff_problem()}.",
                "Set all four as .env.example says, or none.",
            ),
        )
        if wrong
    ]


def _ring_problem() -> str:
    """Why the key ring cannot be read; empty if it can, or if none was made yet."""
    if not settings.KEY_RING.exists():
        return "it does not exist" if settings.PRODUCTION else ""
    try:
        ring = json.loads(settings.KEY_RING.read_text())
        return "" if ring["newest"] in ring["keys"] else "its newest key is not in it"
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"{type(error).__name__}"


@register(Tags.database)
def walls_stand(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """`manage.py check --database default`: roles, policies and keys of the database itself."""
    if "default" not in (databases or []):
        return []
    try:
        database.refuse_dangerous_role()
        holes = database.holes(connections["default"])
    except ImproperlyConfigured as danger:
        return [Error(str(danger), id="portal.E020")]
    except DatabaseError as error:
        return [Error(f"The database cannot be asked: {error}", id="portal.E021")]
    return [Error(hole, id="portal.E022") for hole in holes]
