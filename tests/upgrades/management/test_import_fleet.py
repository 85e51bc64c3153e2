import json

import pytest
from django.core.management import CommandError, call_command

from portal.models import Customer, PlatformEvent
from tests.appliances.services.importing.test_loads import BAD, wide


def run(tmp_path, capsys, text, *words):
    path = tmp_path / "fleet.csv"
    path.write_text(text)
    call_command("import_fleet", str(path), *words)
    return capsys.readouterr().out


def test_it_is_tried_then_loaded_then_there_is_nothing_to_do(db, tmp_path, capsys):
    tried = json.loads(run(tmp_path, capsys, wide(), "--dry-run", "--json"))
    assert (tried["loaded"], tried["rows"], Customer.across.count()) == (False, 3, 0)
    assert tried["counts"]["appliance"] == {"new": 3, "changed": 0, "same": 0}

    done = json.loads(run(tmp_path, capsys, wide(), "--json"))
    assert (done["loaded"], Customer.across.count()) == (True, 2)
    assert PlatformEvent.objects.get(name="fleet.imported").actor_kind == "portal"

    assert "Nothing was loaded." in run(tmp_path, capsys, wide())


def test_what_is_bad_is_told_and_the_command_fails(db, tmp_path, capsys):
    with pytest.raises(CommandError, match="see above"):
        run(tmp_path, capsys, BAD)
    told = capsys.readouterr().out
    assert "fleet.csv:3: customer_zone “Mars/Base”: There is no such time zone." in told
    assert Customer.across.count() == 0


def test_a_file_that_is_none_is_refused_in_a_sentence(db, tmp_path, capsys):
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_fleet", str(tmp_path / "none.csv"))
    with pytest.raises(CommandError, match="nobody knows"):
        run(tmp_path, capsys, "colour\nred\n")
