from portal.embedded.console import LogWatch

CALM = '{"level": "info", "event": "GET /"}\n[INFO/MainProcess] ready\nno errors were found\n'
SERIOUS = [
    '{"at": "2026-01-01", "level": "warning", "event": "smtp down"}',
    "[2026-01-01 10:00:00,000: ERROR/MainProcess] consumer: cannot connect",
    "2026-01-01 10:00:00 UTC [7] FATAL:  terminating",
    "[WARNING] a process ended",
    "django.db.utils.OperationalError: gone",
]


def test_only_serious_lines_written_after_the_start_are_told(tmp_path):
    log = tmp_path / "log"
    log.write_text(SERIOUS[0] + "\n")
    watch = LogWatch(log)
    with log.open("a") as file:
        file.write(CALM + "\n".join(SERIOUS) + "\n")

    assert watch.serious_lines() == SERIOUS
    assert watch.serious_lines() == []


def test_half_a_line_waits_for_its_other_half(tmp_path):
    log = tmp_path / "log"
    watch = LogWatch(log)
    log.write_text("[WARNING] half")

    assert watch.serious_lines() == []
    with log.open("a") as file:
        file.write(" and whole\n")
    assert watch.serious_lines() == ["[WARNING] half and whole"]


def test_a_log_that_was_cut_is_read_from_its_beginning(tmp_path):
    log = tmp_path / "log"
    log.write_text("x" * 100 + "\n")
    watch = LogWatch(log)
    log.write_text("[ERROR] new\n")

    assert watch.serious_lines() == ["[ERROR] new"]
