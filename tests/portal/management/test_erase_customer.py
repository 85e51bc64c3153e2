"""What two people decided is carried out by hand too, and nothing else is."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from portal import clock
from tests import filled
from tests.conftest import NOON
from tests.portal.services.erasing import conftest as erasing

park = erasing.park


def erase(capsys, *words, at=erasing.DUE, **options):
    with clock.at(at):
        call_command("erase_customer", *words, json=True, **options)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def refused(said, *words, at=erasing.DUE):
    before = filled.everything()
    with clock.at(at), pytest.raises(CommandError, match=said):
        call_command("erase_customer", *words)
    assert filled.everything() == before


def test_what_is_not_decided_is_refused_with_the_reason_and_nothing_goes(park):
    slug = park.leaving.slug

    refused("no customer nobody", "nobody")
    refused("Nobody has asked", slug)
    park.ask()
    refused("second person", slug)
    park.confirm()
    refused("taken back until", slug, at=NOON + timedelta(days=13))


def test_one_customer_goes_and_its_receipt_is_given_again(park, capsys):
    park.asked_and_confirmed()
    before = filled.everything(but=park.leaving)

    [begun] = erase(capsys, park.leaving.slug)
    [ended] = erase(capsys, at=erasing.DUE + timedelta(days=2))
    [given] = erase(capsys, receipts=True, at=erasing.DUE + timedelta(days=3))

    assert (begun["state"], ended["state"]) == ("ERASING", "ERASED")
    assert given == ended
    assert (given["customer"], len(given["head"])) == (str(park.leaving.pk), 64)
    after = filled.everything(but=park.leaving)
    assert after["portal_customer"] == before["portal_customer"]
    assert after["appliances_site"] == before["appliances_site"]
