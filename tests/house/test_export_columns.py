"""Every column of words that leaves in a customer's export was decided about: members read it on a
page, in the ledger or over REST. What support alone reads, or the portal itself, stays behind."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from portal.models import Customer
from portal.services import customer_export

WORDS = (models.CharField, models.TextField, models.JSONField, ArrayField, models.FileField)
# A column that is not here is new. Ask who reads it: members, then it belongs here; support alone
# (or nobody but the portal), then into STAYS_BEHIND of its model.
GIVEN: dict[str, str] = {
    "portal.Customer": "name slug language zone sandbox_shapes",
    "appliances.Appliance": (
        "letter name host guid model serial rack_place region shared_ips product_version "
        "product_build base_version backup_trouble client_id certificate_pin"
    ),
    "appliances.Backup": "sha256 kept_where",
    "appliances.BaseHold": "reason ticket",
    "appliances.CertificateCopy": "fingerprint kept_where",
    "appliances.Difference": "key before after remark",
    "appliances.Drift": "expected found remark",
    "appliances.HardwareReturn": (
        "case_number rma_number currency model serial asset_tag guid base_version "
        "product_version mac host new_serial wipe_witness drives_where "
        "destruction_reference contents size_cm carrier label_id pickup_number "
        "handed_over_by tracking ship_from ship_to customs reason job_label waiver_reason "
        "said_at"
    ),
    "appliances.ReadinessCheck": "observed reason",
    "appliances.RecordedWord": "version said",
    "appliances.Site": "name public_name zone integration_kept_by region",
    "appliances.Snapshot": "data",
    "appliances.SupportQuestion": "text target answer",
    "appliances.Threshold": "key",
    "appliances.VersionReading": "version build",
    "appliances.Waiver": "check_name reason",
    "portal.AuditEvent": "name subject_type actor_kind actor_name data",
    "portal.CompanyDomain": "domain",
    "portal.CompanyProvider": "issuer client_id",
    "portal.CompanyTie": "issuer subject",
    "portal.Contact": "name email phone language zone site_ids",
    "portal.Contract": "number plan",
    "portal.DataExport": "sha256",
    "portal.Delivery": "detail",
    "portal.Erasure": "customer_name reason asked_by_name confirmed_by_name taken_back_by_name",
    "portal.EvidenceFile": "name content_type sha256 subject_type",
    "portal.Membership": "site_ids",
    "portal.Message": (
        "kind address language zone subject body_text body_html message_id calendars "
        "about_type withdrawn_why"
    ),
    "portal.PublishedEvent": "name subject_type state actor_kind",
    "portal.Webhook": "name address events site_ids",
    "portal.WebhookTry": "outcome",
    "upgrades.AppliancePath": "target package_ids",
    "upgrades.Attempt": "effect detail",
    "upgrades.Booking": "uid override",
    "upgrades.ClientDecision": "key reason",
    "upgrades.ClientExport": "file_name order zone code reason remedy",
    "upgrades.ClientLook": "file_name counts",
    "upgrades.ClientRow": "key name hostname jump_group status",
    "upgrades.Enrolment": "rung code reason said",
    "upgrades.Freeze": "title local_begin local_end uid",
    "upgrades.FreezeCalendar": "name address country content digest etag problem pending",
    "upgrades.FreezeOverride": "reason",
    "upgrades.JobNote": "text",
    "upgrades.JobStep": (
        "lane phase text action guide role about_ids doer effect reason baseline observed "
        "evidence progressed"
    ),
    "upgrades.LiveLink": "name",
    "upgrades.MaintenanceWindow": "rule title",
    "upgrades.Rehearsal": "procedure method offline_ids digest faults reason report",
    "upgrades.UpgradeJob": "procedure method offline_ids plan reason said left_behind left_state",
}


def words_of(model: Any) -> set[str]:
    """Columns that hold what somebody wrote; one with choices holds a code."""
    return {
        field.attname
        for field in model._meta.concrete_fields
        if isinstance(field, WORDS) and not field.choices
    }


def given(model: Any) -> set[str]:
    return words_of(model) & {*customer_export.columns(model)}


def test_every_text_that_leaves_was_decided_about() -> None:
    found = {model._meta.label: given(model) for model in [Customer, *customer_export.tables()]}
    decided = {label: {*words.split()} for label, words in GIVEN.items()}
    assert {label: words for label, words in found.items() if words} == decided


def test_what_stays_behind_is_there() -> None:
    """A column that was renamed would leave unseen."""
    for model in [Customer, *customer_export.tables()]:
        behind = {*getattr(model, "STAYS_BEHIND", ())}
        assert behind <= {field.attname for field in model._meta.concrete_fields}, model
        assert not behind & {*customer_export.columns(model)}, model
