"""The portal's tables."""

from portal.models.apikey import ApiKey
from portal.models.audit import AuditEvent, ChainHead
from portal.models.clock import Clock
from portal.models.company import (
    CompanyDomain,
    CompanyProvider,
    CompanyTicket,
    CompanyTie,
    StaffTie,
)
from portal.models.contact import Contact, Promise
from portal.models.customer import Contract, Customer
from portal.models.data_export import DataExport
from portal.models.erasure import Erasure
from portal.models.evidence import EvidenceFile
from portal.models.feed import CalendarFeed
from portal.models.heartbeat import Heartbeat
from portal.models.kept import KeptAnswer, KeptPlatformAnswer
from portal.models.leased import Leased
from portal.models.lives import Lives
from portal.models.message import Delivery, Message
from portal.models.own_letter import OwnLetter
from portal.models.passkey import Passkey, PasskeyChallenge
from portal.models.platform import PlatformEvent
from portal.models.proof import ShownProof
from portal.models.second_step import RecoveryCode, SecondStep
from portal.models.session import Session
from portal.models.signin import OneTimeLink, SignInTry
from portal.models.user import Membership, User
from portal.models.webhook import PublishedEvent, Webhook, WebhookDelivery, WebhookTry

__all__ = [
    "ApiKey",
    "AuditEvent",
    "CalendarFeed",
    "ChainHead",
    "Clock",
    "CompanyDomain",
    "CompanyProvider",
    "CompanyTicket",
    "CompanyTie",
    "Contact",
    "Contract",
    "Customer",
    "DataExport",
    "Delivery",
    "Erasure",
    "EvidenceFile",
    "Heartbeat",
    "KeptAnswer",
    "KeptPlatformAnswer",
    "Leased",
    "Lives",
    "Membership",
    "Message",
    "OneTimeLink",
    "OwnLetter",
    "Passkey",
    "PasskeyChallenge",
    "PlatformEvent",
    "Promise",
    "PublishedEvent",
    "RecoveryCode",
    "SecondStep",
    "Session",
    "ShownProof",
    "SignInTry",
    "StaffTie",
    "User",
    "Webhook",
    "WebhookDelivery",
    "WebhookTry",
]
