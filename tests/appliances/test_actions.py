"""Every action tells a person what to do, what to write down, and what happens if not."""

import pytest

from appliances import actions as do
from appliances.actions import Failure, FieldKind, Probe

DONE_BY_SOMEBODY = [action for action in do.ALL.values() if action.name != do.INSTALL.name]
named = pytest.mark.parametrize("action", DONE_BY_SOMEBODY, ids=lambda action: action.name)


def texts(action):
    labels = [text for field in action.evidence_fields for text in (field.label, field.help)]
    return [*action.how, *action.how_manual, action.what_if_not, *labels]


@named
def test_an_action_tells_how_and_what_if_not(action):
    assert len(action.how) >= 2
    assert all(text.endswith(".") for text in (*action.how, *action.how_manual))
    assert action.what_if_not.endswith(".")
    assert action.evidence_fields
    assert not any("%" in text for text in texts(action))


@named
def test_the_fields_of_an_action_can_be_filled_in(action):
    names = [field.name for field in action.evidence_fields]

    assert len(names) == len(set(names))
    for field in action.evidence_fields:
        assert field.name.isidentifier()
        assert field.label
        assert bool(field.choices) is (field.kind is FieldKind.CHOICE)


@named
def test_a_step_is_overdue_only_after_its_worst(action):
    expected, worst = action.minutes

    assert 0 < expected <= worst <= action.deadline_minutes


def test_what_only_a_person_can_vouch_for_asks_for_something():
    asked = [a for a in DONE_BY_SOMEBODY if a.probe in (Probe.TYPED, Probe.BASE_TYPED)]

    assert not [a for a in asked if not any(field.required for field in a.evidence_fields)]


def test_no_field_takes_a_secret():
    secrets = {"key", "passphrase", "password", "private_key", "download_key"}

    assert not [
        (action.name, field.name)
        for action in DONE_BY_SOMEBODY
        for field in action.evidence_fields
        if field.name in secrets
    ]


def test_certificates_are_evidenced_by_fingerprint_expiry_and_place():
    names = [field.name for field in do.EXPORT_CERTIFICATES.evidence_fields]

    assert names == ["fingerprint", "expires_on", "kept_at"]


@pytest.mark.parametrize("manual", [False, True])
def test_a_base_install_says_first_that_nothing_is_restarted(manual):
    first = do.INSTALL_BASE.instructions(manual)[0]

    assert "do NOT restart the appliance" in first
    assert "contact support" in first
    assert do.INSTALL_BASE.on_failure is Failure.HALT


def test_only_a_base_install_halts_the_job():
    assert [a.name for a in do.ALL.values() if a.on_failure is Failure.HALT] == ["install_base"]


@pytest.mark.parametrize(
    ("action", "seconds"),
    [
        (do.INSTALL_BASE, 600),
        (do.INSTALL_PRODUCT, 600),
        (do.CHECK_NODE, 600),
        (do.BECOME_BACKUP, 120),
        (do.ESTABLISH_FAILOVER, 120),
        (do.BREAK_FAILOVER, 120),
        (do.BACK_UP, 30),
    ],
)
def test_a_probe_is_believed_after_the_settle_time_of_its_kind(action, seconds):
    assert action.settle_seconds == seconds


def test_both_methods_of_installing_have_instructions_of_their_own():
    for action in (do.INSTALL_BASE, do.INSTALL_PRODUCT):
        assert action.instructions() != action.instructions(manual=True)
    assert do.VERIFY.instructions(manual=True) == do.VERIFY.how


def test_an_action_is_found_by_the_name_that_is_stored():
    assert do.find("check_clients") is do.CHECK_CLIENTS
    assert do.CHECK_CLIENTS_AFTER_DWELL.name == "check_clients"
    with pytest.raises(KeyError):
        do.find("reboot")
