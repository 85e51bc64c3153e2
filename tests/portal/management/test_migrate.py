"""Migrations that were put together in one: what `migrate` makes of databases from before."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

APPS = ["appliances", "portal", "upgrades"]


class TakenBack(Exception):
    """Raised to leave the shared database as it was."""


@pytest.fixture
def recorded(db):
    """The names that the owner's database has, which may be forgotten for the time of a test."""
    found = MigrationRecorder.Migration.objects.using("owner")
    try:
        with transaction.atomic(using="owner"):
            yield found
            raise TakenBack
    except TakenBack:
        pass


@pytest.fixture
def wholes():
    return MigrationLoader(None).replacements


def names(recorded):
    return {(row.app, row.name) for row in recorded.all()}


def test_an_empty_database_has_the_old_names_and_the_new(recorded, wholes):
    """The database of the tests was made from nothing by `migrate`."""
    assert sorted(app for app, _ in wholes) == APPS
    assert {*wholes, *(old for whole in wholes.values() for old in whole.replaces)} <= names(
        recorded
    )


def test_a_database_that_has_all_old_ones_is_taken_as_it_is(recorded, wholes, capsys):
    for app, name in wholes:
        recorded.filter(app=app, name=name).delete()
    before = names(recorded)
    call_command("migrate", database="owner", interactive=False)

    assert "No migrations to apply" in capsys.readouterr().out
    assert names(recorded) == before | set(wholes)


class WithLater(MigrationLoader):
    """With a migration in each app that names the last of the old ones, as branches do."""

    def load_disk(self):
        super().load_disk()
        for app, whole in list(self.disk_migrations):
            if old := self.disk_migrations[app, whole].replaces:
                later = Migration("0999_later", app)
                later.dependencies = [old[-1]]
                self.disk_migrations[app, later.name] = later


def test_a_later_one_may_depend_on_an_old_one(wholes):
    graph = WithLater(None).graph
    for app, whole in wholes:
        assert [each.key for each in graph.node_map[app, "0999_later"].parents] == [(app, whole)]


@pytest.mark.parametrize("app", APPS)
def test_a_database_in_the_middle_of_the_old_ones_is_refused(recorded, wholes, app):
    ((whole, migration),) = [found for found in wholes.items() if found[0][0] == app]
    recorded.filter(app=app, name__in=[whole[1], migration.replaces[-1][1]]).delete()
    before = names(recorded)

    with pytest.raises(CommandError) as refused:
        call_command("migrate", database="owner", interactive=False, verbosity=0)
    assert f"up to {migration.replaces[-2][1]}; this version knows them only" in str(refused.value)
    assert f"({app}/migrations/{migration.replaces[-1][1]}.py)" in str(refused.value)
    assert names(recorded) == before
