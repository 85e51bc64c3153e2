"""A trail of any length loses its names in pieces; its chain holds after each, and tells of
tampering on both sides of where the names end."""

import pytest

from portal import audit, tenancy
from portal.models import AuditEvent
from portal.services import audit_trail, customers
from portal.services.erasing import asking, carrying_out, closing
from tests import filled
from tests.conftest import NOON
from tests.portal.services.erasing.conftest import DUE
from tests.portal.services.erasing.test_trails import by_the_owner


@pytest.fixture
def long(park, monkeypatch):
    """Forty events with names, and pieces of seven."""
    with tenancy.transaction(park.leaving):
        for number in range(40):
            audit.record(
                "customer.changed", customers.current(), by=park.boss, at=NOON,
                data={"said": f"Aylin said {number}"},
            )  # fmt: skip
    monkeypatch.setattr(carrying_out, "ROWS", 7)
    park.asked_and_confirmed()
    return park


def pieces(park, monkeypatch, after):
    """Carried out; `after` each piece of names, with how many events have none."""
    own = closing.replace_names

    def replaced(erasure, *, most):
        done = own(erasure, most=most)
        seen.append(erasure.renamed)
        return done

    seen, whole = [], carrying_out._piece

    def piece(*args):
        before = len(seen)
        found = whole(*args)
        if len(seen) > before:
            after(seen[-1])
        return found

    monkeypatch.setattr(closing, "replace_names", replaced)
    monkeypatch.setattr(carrying_out, "_piece", piece)
    erased = park.erased()
    return erased, seen


def test_it_holds_after_each_piece_and_no_name_is_left(long, monkeypatch):
    def holds(_renamed):
        assert audit_trail.verify(long.leaving).holds

    with tenancy.transaction(long.leaving):
        before = AuditEvent.objects.count()
    erased, seen = pieces(long, monkeypatch, holds)

    assert len(seen) > before // 7
    assert seen == sorted(seen)
    assert all(b - a <= 7 for a, b in zip(seen, seen[1:], strict=False))
    assert (erased.state, erased.events) == ("ERASED", seen[-1])
    assert (erased.aliases, erased.link, erased.old_link) == ({}, None, None)
    verdict = audit_trail.verify(long.leaving)
    assert (verdict.holds, verdict.renamed) == (True, erased.events)
    assert audit_trail.verify_platform().holds
    with tenancy.transaction(long.leaving):
        told = str(list(AuditEvent.objects.values()))
    assert "Aylin" not in told
    assert str(long.boss.pk) not in told


def test_one_person_has_one_other_name_in_all_pieces(long, monkeypatch):
    pieces(long, monkeypatch, lambda _renamed: None)

    with tenancy.transaction(long.leaving):
        rows = AuditEvent.objects.filter(name="customer.changed")
        names = set(rows.values_list("actor_id", "actor_name"))
    assert len(names) == 1


@pytest.mark.parametrize("number", [2, 7, 8, 9, 30])
def test_tampering_between_two_pieces_is_found(long, monkeypatch, number):
    class Stop(Exception):
        pass

    def stop(renamed):
        assert renamed == 7
        raise Stop

    with pytest.raises(Stop):
        pieces(long, monkeypatch, stop)
    assert audit_trail.verify(long.leaving).holds
    by_the_owner(
        "portal_auditevent",
        "UPDATE portal_auditevent SET data = '{}' WHERE customer_id = %s AND number = %s",
        long.leaving.pk, number,
    )  # fmt: skip

    assert audit_trail.verify(long.leaving).first_broken == number


def test_an_event_cut_out_where_the_names_end_is_found(long, monkeypatch):
    class Stop(Exception):
        pass

    def stop(_renamed):
        raise Stop

    with pytest.raises(Stop):
        pieces(long, monkeypatch, stop)
    by_the_owner(
        "portal_auditevent",
        "UPDATE portal_auditevent SET previous = hash WHERE customer_id = %s AND number = 8",
        long.leaving.pk,
    )

    assert audit_trail.verify(long.leaving).first_broken == 8


def test_nobody_elses_trail_is_touched(long, monkeypatch):
    before = filled.everything(but=long.leaving)["portal_auditevent"]

    pieces(long, monkeypatch, lambda _renamed: None)

    assert filled.everything(but=long.leaving)["portal_auditevent"] == before


def test_what_a_worker_writes_meanwhile_is_renamed_too(long, monkeypatch):
    written = []

    def writes(_renamed):
        if not written:
            with tenancy.transaction(long.leaving):
                written.append(audit.record(
                    "customer.changed", customers.current(), by=long.staff, at=DUE,
                    data={"said": "late"},
                ))  # fmt: skip

    erased, seen = pieces(long, monkeypatch, writes)

    assert audit_trail.verify(long.leaving).holds
    with tenancy.transaction(long.leaving):
        late = AuditEvent.objects.filter(name="customer.changed").order_by("-number").first()
        assert late.data == {"said": "…"}
        assert asking.current().state == "ERASED"
    assert seen[-1] == erased.events
