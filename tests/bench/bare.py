"""The baselines: loops that anybody would write with psycopg and SKIP LOCKED, nothing more.

`python -m tests.bench.bare` is one such process: it says "ready", waits for a line with the
seconds to run, and says how many steps it did.
"""

import os
import sys
import time

import psycopg

TABLES = """
DROP TABLE IF EXISTS bare_step, bare_event;
CREATE TABLE bare_step (id bigserial PRIMARY KEY, job bigint NOT NULL, state text NOT NULL,
    next_at timestamptz NOT NULL, lease_until timestamptz, ended_at timestamptz);
CREATE INDEX bare_ready ON bare_step (next_at) WHERE state = 'READY';
CREATE TABLE bare_event (id bigserial PRIMARY KEY, step bigint NOT NULL, name text NOT NULL,
    at timestamptz NOT NULL);
GRANT ALL ON bare_step, bare_event, bare_step_id_seq, bare_event_id_seq TO changeover_app;
"""
FILL = """
INSERT INTO bare_step (job, state, next_at)
SELECT n %% 500, 'READY', now() FROM generate_series(1, %s) AS n
"""
CLAIM = """
UPDATE bare_step SET state = 'CLAIMED', lease_until = clock_timestamp() + interval '60 s'
WHERE id = (SELECT id FROM bare_step WHERE state = 'READY' AND next_at <= now()
            ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""
RECORD = """
UPDATE bare_step SET state = 'DONE', lease_until = NULL, ended_at = now()
WHERE id = %s AND state = 'CLAIMED'
"""
EVENT = "INSERT INTO bare_event (step, name, at) VALUES (%s, 'step.done', now())"


def prepare(steps: int) -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute(TABLES)
        connection.execute(FILL, [steps])
        connection.execute("VACUUM ANALYZE bare_step")


def run(connection: psycopg.Connection, seconds: float) -> int:
    """Claim, commit; record with its event, commit."""
    ends, done = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        row = connection.execute(CLAIM).fetchone()
        connection.commit()
        if row is None:
            break
        connection.execute(RECORD, row)
        connection.execute(EVENT, row)
        connection.commit()
        done += 1
    return done


def main() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        print("ready", flush=True)
        for line in sys.stdin:
            print(run(connection, float(line)), flush=True)


if __name__ == "__main__":
    main()
