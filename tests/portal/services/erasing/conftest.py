import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from appliances.models import Package
from portal import clock, tenancy
from portal.models import (
    ApiKey,
    CalendarFeed,
    Customer,
    Erasure,
    OneTimeLink,
    OwnLetter,
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
    SecondStep,
    Session,
    User,
)
from portal.services.erasing import asking, carrying_out
from tests import factories, filled
from tests.conftest import NOON
from upgrades.models import Rollout, Settlement, Wave

DUE = NOON + timedelta(days=15)


@dataclass
class Park:
    """Two customers full of rows; one of them is to be erased."""

    leaving: Customer
    staying: Customer
    boss: User
    member_of_both: User
    staff: User
    second: User

    def ask(self, **values: Any) -> Erasure:
        with tenancy.transaction(self.leaving):
            return asking.ask(
                **{"name": self.leaving.name, "reason": "over", "by": self.boss, "at": NOON}
                | values
            )

    def confirm(self, **values: Any) -> Erasure:
        with tenancy.transaction(self.leaving):
            return asking.confirm(
                asking.current(),
                **{"name": self.leaving.name, "by": self.staff, "at": NOON} | values,
            )

    def asked_and_confirmed(self) -> Erasure:
        self.ask()
        return self.confirm()

    def carry_out(self, at: Any = DUE) -> Erasure:
        with clock.at(at):
            return carrying_out.carry_out(self.leaving.pk, at)

    def erased(self) -> Erasure:
        """To the end: the last mails do not leave here, and have their day."""
        self.carry_out()
        return self.carry_out(DUE + timedelta(days=2))


def platform_rows(by: User) -> dict[Any, Any]:
    package = Package.objects.create(
        kind="PRODUCT", version="14.1.1", name="Product 14.1.1", provenance="DEMO", is_major=True
    )
    rollout = Rollout.objects.create(
        name="R", release=package, starts_on=NOON.date(), ends_on=NOON.date(), made_by=by,
        made_at=NOON,
    )  # fmt: skip
    wave = Wave.objects.create(rollout=rollout, number=1, title="W")
    settlement = Settlement.objects.create(
        what="FREEZE", title="S", asked_by=by, asked_at=NOON, of_all=1
    )
    return {Package: package, Rollout: rollout, Wave: wave, Settlement: settlement}


@pytest.fixture
def park(db: None, noon: Any, settings: Any, tmp_path: Any) -> Park:
    settings.MEDIA_ROOT = tmp_path
    leaving, staying = factories.a_customer("Marmara A.Ş."), factories.a_customer("Bosporus")
    staff = factories.staff(User.StaffRole.ADMINISTRATOR, name="Sam Support")
    second = factories.staff(User.StaffRole.ADMINISTRATOR, name="Sue Second")
    boss = factories.a_member(leaving, name="Aylin Secret")
    both = factories.a_member(leaving, name="Bora Both", role="OPERATOR")
    other = factories.a_member(staying, name="Oya Other")
    platform = platform_rows(staff)
    made = Park(leaving, staying, boss, both, staff, second)
    fill(leaving, boss, platform)
    fill(staying, other, platform)
    with tenancy.transaction(staying):
        factories.Membership.objects.create(customer=staying, user=both, role="VIEWER")
    return made


def fill(customer: Customer, user: User, platform: Any) -> None:
    with tenancy.transaction(customer):
        factories.Membership.objects.filter(user=user).delete()
    filled.fill(customer, user, {**platform, ApiKey: ways_in(customer, user)})
    with tenancy.transaction(customer):
        factories.Membership.objects.filter(user=user).update(
            role="ADMINISTRATOR", site_ids=None, gets_mail=True
        )


def ways_in(customer: Customer, user: User) -> ApiKey:
    """Everything by which a person comes in, and that is theirs alone."""
    word = uuid.uuid4().hex
    digest = word.encode()
    later = NOON + timedelta(days=99)
    CalendarFeed.objects.create(digest=digest, name="F", user=user, customer=customer, made_at=NOON)
    OneTimeLink.objects.create(digest=digest, purpose="password", user=user, expires_at=later)
    OwnLetter.objects.create(
        what="x", message_id="<m>", happened_at=NOON, again_at=NOON, over_at=NOON, user=user
    )
    Passkey.objects.create(
        handle=digest, credential_id=digest, public_key=digest, user=user, made_at=NOON
    )
    PasskeyChallenge.objects.create(challenge=digest, purpose="x", user=user, expires_at=later)
    RecoveryCode.objects.create(user=user, digest=digest)
    SecondStep.objects.create(user=user, secret=digest, secret_key_id="k1", made_at=NOON)
    Session.objects.create(session_key=word, session_data="", expire_date=later, user=user)
    return ApiKey.objects.create(
        prefix=f"chg_{word[:12]}", digest=digest, name="Ticketing", user=user, customer=customer,
        made_at=NOON, expires_at=later,
    )  # fmt: skip
