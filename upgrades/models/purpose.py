"""What a job is for, as people are told: an upgrade, an exchange of an appliance, a repair."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _


def upgrade_of(site: str, version: str) -> str:
    return _("upgrade of %(site)s to %(version)s") % {"site": site, "version": version}


# What a list must read with its jobs to tell their purpose: across customers nothing is read later.
WITH_PURPOSE = ("target", "replacement__replaces", "repairs")
# Of those, what is told. A list's statement is as dear as it is wide. A state is read of each thing
# that has one: it is looked at when the row is made.
TOLD_OF_PURPOSE = (
    "target__name", "target__version", "replacement__name", "replacement__place",
    "replacement__replaces__name", "replacement__replaces__place", "repairs__number",
    "repairs__state",
)  # fmt: skip


class Purpose(models.Model):
    """New hardware and repairs bring no new release: nobody is told of an upgrade then. All words
    are in the language that is active."""

    class Meta:
        abstract = True

    # As UpgradeJob declares them.
    replacement: Any
    repairs: Any
    replacement_id: Any
    repairs_id: Any
    site: Any
    target: Any

    @property
    def is_upgrade(self) -> bool:
        """Else neither contract nor rollout is asked."""
        return self.replacement_id is None and self.repairs_id is None

    @property
    def kind(self) -> str:
        """One word for the column before its number."""
        if self.replacement_id is not None:
            return _("Exchange")
        return _("Repair") if self.repairs_id is not None else _("Upgrade")

    @property
    def work(self) -> str:
        """At its site, as after a colon: "upgrade of Support desk"."""
        site = {"site": self.site.name}
        if self.replacement_id is not None:
            return _("exchange of an appliance of %(site)s") % site
        if self.repairs_id is not None:
            return _("repair of %(site)s") % site
        return _("upgrade of %(site)s") % site

    @property
    def whole_work(self) -> str:
        """With what comes of it: "upgrade of Support desk to 14.1.1"."""
        if self.replacement_id is not None:
            return _("exchange of %(old)s for %(new)s at %(site)s") % {
                "old": self.replaced, "new": self.replacement.name, "site": self.site.name,
            }  # fmt: skip
        if self.repairs_id is not None:
            return _("repair of %(site)s after %(job)s") % {
                "site": self.site.name, "job": self.repairs.label,
            }  # fmt: skip
        return upgrade_of(self.site.name, self.target.version)

    @property
    def title(self) -> str:
        """Where the site is named beside it: "Upgrade to Product 14.1.1"."""
        if self.replacement_id is not None:
            return _("%(new)s takes the place of %(old)s") % {
                "old": self.replaced, "new": self.replacement.name,
            }  # fmt: skip
        if self.repairs_id is not None:
            return _("Repair of what %(job)s left") % {"job": self.repairs.label}
        return _("Upgrade to %(target)s") % {"target": self.target.name}

    @property
    def replaced(self) -> str:
        """The name of the appliance that goes; registering sees to it that there is one."""
        return self.replacement.replaces.name if self.replacement.replaces else ""
