"""An exported list as the latest look: all of it or nothing, judged by the last upgrade."""

import resource
from datetime import timedelta

import pytest

from portal import tenancy
from portal.errors import Refused
from tests.upgrades.following import CHECK, RELEASE, looks_of, step_of, upgraded
from upgrades.models import ClientRow, JobStep
from upgrades.services.clients import exports, listing, uploads
from upgrades.services.clients.exports import AmbiguousDates
from upgrades.services.clients.tables import UnreadableExport

HEAD = "Name,Hostname,Jump Group,Status,Status Details,Connection Type\n"
# The product was proven on Monday 23 November at 22:00 UTC: Tuesday 01:00 in Istanbul.
GOOD = HEAD + (
    "POS-1,pos-1,Stores,Online,2026-11-24 01:00:01,active\n"
    "POS-2,pos-2,Stores,Online,2026-11-24 00:59:59,active\n"
    "POS-3,pos-3,Stores,Offline,2026-11-20 08:00:00,active\n"
    "POS-4,pos-4,Stores,Lost,2026-10-20 08:00:00,active\n"
    "POS-5,pos-5,Stores,Upgrade pending,2026-11-24 09:00:00,active\n"
    "POS-6,pos-6,Plants,Uninstalled,,passive\n"
)


@pytest.fixture
def job(world):
    return upgraded(world)


@pytest.fixture
def take(world, job):
    def taken(content, **more):
        data = content if isinstance(content, bytes) else content.encode()
        with tenancy.transaction(world.customer):
            step = JobStep.objects.select_related("job__site").get(
                pk=step_of(world, job, "check_clients").pk
            )
            return uploads.take(
                step, [data], name="clients.csv", by=world.operator, at=CHECK, **more
            )

    return taken


def kinds_of(world):
    with tenancy.transaction(world.customer):
        return dict(ClientRow.objects.values_list("name", "kind"))


def test_every_date_must_be_later_than_the_last_upgrade(world, take):
    """G-CLIENT-7; times without a zone are the site's."""
    look = take(GOOD)

    assert (look.source, look.file_name, look.release_at) == ("EXPORT", "clients.csv", RELEASE)
    assert kinds_of(world) == {
        "POS-1": "FOLLOWED", "POS-2": "PENDING", "POS-3": "OFF_LINE", "POS-4": "LOST",
        "POS-5": "PENDING", "POS-6": "GONE",
    }  # fmt: skip


def test_an_older_list_gives_way_to_a_newer_one(world, job, take):
    take(GOOD)
    second = take(HEAD + "POS-1,pos-1,Stores,Online,2026-11-24 01:00:01,active\n")

    assert [look.pk for look in looks_of(world, job)] == [second.pk]
    assert kinds_of(world) == {"POS-1": "FOLLOWED"}


@pytest.mark.parametrize(
    ("lines", "order", "kind"),
    [
        ("POS-1,Online,24/11/2026 08:00", "", "FOLLOWED"),
        ("POS-1,Online,11/24/2026 8:00 AM", "", "FOLLOWED"),
        ("POS-1,En ligne,24 novembre 2026 08:00", "", "FOLLOWED"),
        ("POS-1,Çevrimiçi,24 Kasım 2026 08:00", "", "FOLLOWED"),
        ("POS-1,Hors ligne,05/11/2026 08:00", "dmy", "OFF_LINE"),
        ("POS-1,Çevrimdışı,11/05/2026 08:00", "mdy", "OFF_LINE"),
        ("POS-1,Perdu,05.11.2026 08:00", "", "LOST"),
        ("POS-1,Kayıp,05.11.2026 08:00", "", "LOST"),
        ("POS-1,Désinstallé,05.11.2026 08:00", "", "GONE"),
    ],
)
def test_dates_and_statuses_of_three_languages(world, take, lines, order, kind):
    take(f"Nom,Statut,Détails du statut\n{lines}\n", order=order)

    assert kinds_of(world) == {"POS-1": kind}


def test_dates_that_could_be_read_either_way_are_asked_about(world, job, take):
    either = "Name,Status Details\nPOS-1,05/11/2026 08:00\nPOS-2,06/11/2026 08:00\n"
    with pytest.raises(AmbiguousDates) as asked:
        take(either)
    assert set(asked.value.fields) == {"order"}
    assert looks_of(world, job) == []

    take(either, order="dmy")
    with pytest.raises(AmbiguousDates, match="two different orders"):
        take(either + "POS-3,24/11/2026 08:00\n", order="mdy")
    with pytest.raises(AmbiguousDates, match="two different orders"):
        take(either + "POS-3,24/11/2026 08:00\nPOS-4,11/24/2026 08:00\n")


def test_bad_lines_are_named_and_nothing_is_taken_over(world, job, take):
    take(GOOD)
    bad = GOOD + (
        ",,Stores,Online,2026-11-24 02:00:00,active\n"
        "POS-8,pos-8,Stores,Offline,for 3 days,active\n"
        "POS-9,pos-9\n"
        "POS-10,pos-10,Stores,Online,2031-01-01 00:00:00,active\n"
    )

    with pytest.raises(UnreadableExport) as refused:
        take(bad)

    assert str(refused.value) == (
        "4 of 10 lines cannot be read: line 8: no name; line 9: no date can be read in “for 3 "
        "days”; line 10: not as many columns as the first line; line 11: the date lies ahead in "
        "“2031-01-01 00:00:00”."
    )
    assert len(kinds_of(world)) == 6  # the list of before is untouched


def test_of_many_bad_lines_twenty_are_named(take):
    with pytest.raises(UnreadableExport, match="And 30 more") as refused:
        take(HEAD + "POS,pos\n" * 50)

    assert str(refused.value).count("line ") == 20


@pytest.mark.parametrize(
    "content", [b"", HEAD.encode(), b"PK\x03\x04\x00\x00", b"\x89PNG\r\n\x1a\n\x00"]
)
def test_what_is_no_list_is_refused(world, job, take, content):
    with pytest.raises(UnreadableExport):
        take(content)

    assert looks_of(world, job) == []


def test_a_last_upgrade_that_cannot_be_this_one_is_refused(take):
    for wrong in (CHECK + timedelta(minutes=1), RELEASE - timedelta(days=2)):
        with pytest.raises(Refused, match="after this step began"):
            take(GOOD, release_at=wrong)
    look = take(GOOD, release_at=RELEASE - timedelta(minutes=10))
    assert look.counts["FOLLOWED"] == 2


def test_a_formula_and_markup_stay_text(world, take):
    name = "=cmd|'/C calc'!A0"
    take(HEAD + f'"{name}",pos,<b>Stores</b>,@SUM(A1),2026-11-20 08:00:00,active\n')

    with tenancy.transaction(world.customer):
        row = ClientRow.objects.get()
        assert (row.name, row.jump_group) == (name, "<b>Stores</b>")
        look = row.look
    written = "".join(listing.as_csv(world.customer.pk, look.pk))
    assert f"'{name}" in written
    assert "'@SUM(A1)" in written


@pytest.mark.slow
def test_a_hundred_thousand_clients_are_read_in_little_memory(world, job):
    """Neither the file nor its rows are ever held whole."""
    line = "POS-%d,pos-%d,Stores,Online,2026-11-24 09:00:00,active\n"
    pieces = [HEAD.encode(), *((line % (n, n)).encode() for n in range(100_000))]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with tenancy.transaction(world.customer):
        step = JobStep.objects.select_related("job__site").get(
            pk=step_of(world, job, "check_clients").pk
        )
        with exports.spooled(pieces) as file:
            look = exports.take_file(step, file, name="all.csv", by=world.operator, at=CHECK)

    assert look.counts["FOLLOWED"] == 100_000
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # KiB
    assert grown < 40_000
    with tenancy.transaction(world.customer):
        assert ClientRow.objects.count() == 100_000


def test_a_step_that_is_over_takes_no_list(world, job, take):
    with tenancy.transaction(world.customer):
        step = JobStep.objects.get(pk=step_of(world, job, "check_clients").pk)
        step.cancel(at=CHECK)
        step.save()

    with pytest.raises(Refused, match="takes no list"):
        take(GOOD)
