import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy import CustomerOwned


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **values: Any) -> "User":
        """A person who signs in by e-mail. Addresses are kept in lower case: one row a person."""
        user = self.model(email=email.strip().lower(), **values)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person: the vendor's staff (with a staff role) or a customer's (by membership).

    A platform table: customers see people only through memberships.
    """

    class StaffRole(models.TextChoices):
        NONE = "", _("not staff")
        AGENT = "AGENT", _("Support agent")
        ROLLOUT_MANAGER = "ROLLOUT_MANAGER", _("Rollout manager")
        ADMINISTRATOR = "ADMINISTRATOR", _("Administrator")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=5, default="en")
    zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    theme = models.CharField(max_length=5, blank=True, default="")
    staff_role = models.CharField(max_length=20, blank=True, choices=StaffRole, default="")
    is_active = models.BooleanField(default=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    @property
    def is_staff(self) -> bool:
        return bool(self.staff_role)

    def __str__(self) -> str:
        return self.name or self.email


class Membership(CustomerOwned):
    """A person's role at a customer; may be limited to some of its sites."""

    class Role(models.TextChoices):
        VIEWER = "VIEWER", _("Viewer")
        OPERATOR = "OPERATOR", _("Operator")
        APPROVER = "APPROVER", _("Approver")
        ADMINISTRATOR = "ADMINISTRATOR", _("Customer administrator")

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    site_ids = ArrayField(models.UUIDField(), null=True, blank=True)  # null: every site
    gets_mail = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "user"], name="one_membership_a_person")
        ]

    def sees_site(self, site_id: uuid.UUID) -> bool:
        return self.site_ids is None or site_id in self.site_ids
