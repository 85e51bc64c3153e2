"""Law that no linter knows: how the code of the apps is written."""

import ast
import re
from statistics import median

from celery import current_app
from django.apps import apps as installed
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tests.house import sources
from tests.house.sources import APPS, ROOT, calls, modules, named, short, tree

LONGEST = 250
# Who may read across customers: lists for staff, and what acts for every customer in turn.
READS_ACROSS = re.compile(r"(queries|api|views|services|management|_urls)")


def test_a_file_is_one_thought():
    long = [
        f"{short(path)}: {length} lines"
        for path in (*modules(), *sources.tests())
        if (length := len(path.read_text().splitlines())) > LONGEST
    ]
    assert long == []


def test_most_files_are_short():
    lengths = [len(p.read_text().splitlines()) for p in modules() if p.name != "__init__.py"]
    assert median(lengths) <= 100


def test_no_signals_of_ours():
    found = [
        short(path)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and any("receiver" in ast.dump(decorator) for decorator in node.decorator_list)
    ]
    assert found == []


def test_no_model_overrides_save():
    found = [
        short(path)
        for path in modules()
        if "models" in path.parts
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.name in ("save", "delete")
    ]
    assert found == []


def test_no_state_is_updated_round_its_transitions():
    found = [
        f"{short(path)}:{call.lineno}"
        for path in modules()
        for call in calls(path)
        if named(call) in ("update", "bulk_update")
        and any(word.arg == "state" for word in call.keywords)
    ]
    assert found == []


def test_rows_of_other_customers_are_read_where_lists_are_made():
    found = [
        short(path)
        for path in modules()
        if re.search(r"\.across\b", path.read_text())
        and not READS_ACROSS.search(short(path))
        and path.name != "tenancy.py"
    ]
    assert found == []


def test_nothing_is_ever_restarted():
    """G-PREP-12: the portal has no word for it that it could send."""
    found = [
        short(path)
        for path in modules()
        if "drivers" in path.parts and re.search(r"def \w*(restart|reboot)\w*", path.read_text())
    ]
    assert found == []


def test_only_one_module_reads_the_clock():
    allowed = {"portal/clock.py", "upgrades/services/demo_clock.py"}
    real_time = re.compile(r"timezone\.now\(|datetime\.now\(\)|datetime\.utcnow\(")
    found = {short(p) for p in modules() if real_time.search(p.read_text())}
    assert found - allowed == set()


def test_only_the_guard_opens_connections():
    http = re.compile(
        r"^(?:import|from) (?:http\.client|urllib\.request|requests|httpx|socket)\b", re.M
    )
    allowed = ("portal/egress/", "portal/embedded/", "appliances/simulator/")
    found = [
        short(path)
        for path in modules()
        if http.search(path.read_text()) and not short(path).startswith(allowed)
    ]
    # A mail server's connection is cut; sockets of this machine for papers; whether a port answers
    # at all; their own host's name.
    assert found == [
        "portal/mailing/wire.py", "portal/pdf.py", "portal/services/health.py",
        "portal/typesetting/__main__.py", "upgrades/services/ticks/claims.py",
    ]  # fmt: skip


def test_every_task_that_is_rung_for_exists():
    rung = {
        call.args[0].value
        for path in modules()
        for call in calls(path)
        if named(call) in ("enqueue", "send_task")
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    assert rung, "nothing is queued any more?"
    assert rung <= set(current_app.tasks)


def test_models_and_migrations_agree():
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(installed))
    changes = detector.changes(graph=loader.graph)
    assert {app: found for app, found in changes.items() if app in APPS} == {}


def test_every_owned_table_has_its_own_customer_column():
    wrong = [
        model.__name__
        for app in APPS
        for model in installed.get_app_config(app).get_models()
        if getattr(model, "SECURED", False)
        and not isinstance(model._meta.get_field("customer"), models.ForeignKey)
    ]
    assert wrong == []


def test_nothing_third_party_is_committed():
    kept = [p for p in ROOT.rglob("*.min.*") if not {".venv", "var"} & set(p.parts)]
    assert kept == []
