"""Commands that people script: with --json one object a line on standard output, nothing else."""

import csv
import io
import json

import pytest
from django.core.management import BaseCommand, CommandError, call_command

from portal import tenancy
from portal.management.telling import Bar
from portal.models import PlatformEvent
from upgrades.models import UpgradeJob


def said(capsys, *words, **options):
    call_command(*words, **options)
    return capsys.readouterr().out


@pytest.mark.usefixtures("noon")
def test_a_plan_is_told_for_people_and_for_programs_and_nothing_is_written(world, capsys):
    words = ("plan_upgrade", "--site", world.site.public_name, "--target", "14.1.1")

    told = json.loads(said(capsys, *words, "--json"))
    assert (told["site"], told["target"]) == (world.site.public_name, "14.1.1")
    assert [line["version"] for line in told["path"]] == ["4.0.1", "12.2.0", "14.1.1"]
    assert len(told["places"]) == 2
    assert told["refusal"] is None

    text = said(capsys, *words)
    assert "to 14.1.1" in text
    assert told["places"][0]["starts_at"] in text
    with tenancy.transaction(world.customer):
        assert not UpgradeJob.objects.exists()


@pytest.mark.usefixtures("noon")
def test_a_plan_without_place_says_why_and_fails(world, capsys):
    with tenancy.transaction(world.customer):
        world.site.windows.all().delete()

    with pytest.raises(CommandError, match="no place"):
        call_command("plan_upgrade", "--site", str(world.site.pk), "--json")

    told = json.loads(capsys.readouterr().out)
    assert told["refusal"]["code"] == "no-slot"
    with pytest.raises(CommandError, match="No site has nobody.example"):
        call_command("plan_upgrade", "--site", "nobody.example")
    with pytest.raises(CommandError, match="There is no package"):
        call_command("plan_upgrade", "--site", str(world.site.pk), "--target", "99")


def test_an_export_comes_out_as_the_import_takes_it(world, capsys, tmp_path):
    text = said(capsys, "export_fleet")
    file = tmp_path / "fleet.csv"
    call_command("export_fleet", "--output", str(file))
    capsys.readouterr()

    lines = [json.loads(line) for line in said(capsys, "export_fleet", "--json").splitlines()]
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert file.read_bytes().decode() == text
    assert lines == [{k: v for k, v in row.items() if v} for row in rows]
    assert world.site.public_name in {line.get("site") for line in lines}
    told = json.loads(said(capsys, "import_fleet", str(file), "--dry-run", "--json"))
    assert (told["problems"], told["changes"]) == ([], [])
    assert PlatformEvent.objects.filter(name="fleet.exported").count() == 3


def test_an_export_of_a_filter_leaves_the_others_out(world, capsys):
    assert said(capsys, "export_fleet", "--json", "--filter", "shape:cluster") == ""
    with pytest.raises(CommandError, match="no field"):
        call_command("export_fleet", "--filter", "colour:red")


def test_a_rehearsal_is_told_as_one_object(world, capsys):
    words = ("rehearse", "--site", world.site.public_name, "--target", "12.2.0", "--json")

    [line] = said(capsys, *words, "--procedure", "single", "--seed", "4").splitlines()

    told = json.loads(line)
    assert (told["procedure"], told["seed"], told["outcome"], told["broken"]) == (
        "single", 4, "ARRIVES", [],
    )  # fmt: skip


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("out", "drawn"), [(Terminal(), True), (io.StringIO(), False)])
def test_a_bar_is_drawn_for_whoever_looks_and_for_nobody_else(out, drawn):
    bar = Bar(BaseCommand(stderr=out, no_color=True))

    bar.at(1, 4)
    bar.at(4, 4)

    quarter, full = f"[{'#' * 10}{'.' * 30}] 1/4", f"[{'#' * 40}] 4/4"
    assert (quarter in out.getvalue() and full in out.getvalue()) == drawn
    assert bool(out.getvalue()) == drawn
