"""What is written into the audit trail about what is looked after: noun.past, one line each."""

from enum import StrEnum


class Event(StrEnum):
    SITE_REGISTERED = "site.registered"
    SITE_CHANGED = "site.changed"
    SITE_CLOSED = "site.closed"
    APPLIANCE_CHANGED = "appliance.changed"
    APPLIANCE_IDENTIFIED = "appliance.identified"
    APPLIANCE_DRIFTED = "appliance.drifted"
    CREDENTIALS_STORED = "credentials.stored"
    CREDENTIALS_REMOVED = "credentials.removed"
    VERSION_READ = "version.read"
    LICENCE_READ = "licence.read"
    BACKUP_TAKEN = "backup.taken"
    BACKUP_FAILED = "backup.failed"
    CERTIFICATE_NOTED = "certificate.noted"
    READINESS_CHECKED = "readiness.checked"
    SNAPSHOT_TAKEN = "snapshot.taken"
    QUESTION_ASKED = "question.asked"
    QUESTION_ANSWERED = "question.answered"
    QUESTION_WITHDRAWN = "question.withdrawn"
    WORD_RECORDED = "word.recorded"
