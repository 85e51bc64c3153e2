"""Seats are given by doors alone.

The serving role sees that a seat is taken, never whose booking has it.
"""

from django.db import migrations

from portal.rowsecurity import door

# A job takes one seat in every hour in which it is attended, whichever of its bookings that is for.
# What it no longer needs is given back first. A row that somebody else is just taking is passed
# over: whoever comes second is refused, and never waits. Answers the hours that found no seat.
FOLLOW = door(
    "door_follow_seats(job uuid, wanted timestamptz[], bookings uuid[], shape text)"
    " RETURNS SETOF timestamptz",
    """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    mine uuid := nullif(current_setting('app.customer', true), '')::uuid;
    near uuid;
    seat uuid;
    place integer;
BEGIN
    IF mine IS NULL OR NOT EXISTS (
        SELECT FROM upgrades_upgradejob j WHERE j.id = job AND j.customer_id = mine
    ) OR EXISTS (
        SELECT FROM unnest(bookings) AS b(id) WHERE NOT EXISTS (
            SELECT FROM upgrades_booking k
            WHERE k.id = b.id AND k.customer_id = mine AND k.job_id = job)
    ) THEN
        RAISE EXCEPTION 'no job of this customer' USING ERRCODE = '42501';
    END IF;
    UPDATE upgrades_seat s SET job_id = NULL, booking_id = NULL
    WHERE s.job_id = job AND s.hour <> ALL (wanted);
    UPDATE upgrades_seat s SET booking_id = w.booking
    FROM unnest(wanted, bookings) AS w(hour, booking)
    WHERE s.job_id = job AND s.hour = w.hour AND s.booking_id <> w.booking;
    -- One team for the whole of it, where one can.
    SELECT t.id INTO near FROM upgrades_team t JOIN upgrades_seat s ON s.team_id = t.id
    WHERE t.active AND shape = ANY (t.skills) AND s.hour = ANY (wanted)
      AND (s.booking_id IS NULL OR s.job_id = job)
    GROUP BY t.id, t.name ORDER BY count(DISTINCT s.hour) DESC, t.name LIMIT 1;
    FOR place IN 1 .. cardinality(wanted) LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM upgrades_seat s WHERE s.job_id = job AND s.hour = wanted[place]);
        SELECT s.id INTO seat FROM upgrades_seat s JOIN upgrades_team t ON t.id = s.team_id
        WHERE s.hour = wanted[place] AND NOT s.taken AND t.active AND shape = ANY (t.skills)
        ORDER BY s.team_id <> near, t.name, s.number LIMIT 1 FOR UPDATE OF s SKIP LOCKED;
        IF seat IS NULL THEN
            RETURN NEXT wanted[place];
        ELSE
            UPDATE upgrades_seat s SET job_id = job, booking_id = bookings[place]
            WHERE s.id = seat AND s.booking_id IS NULL;
        END IF;
    END LOOP;
END $$;""",
    reads=(
        "SELECT (id, customer_id, job_id) ON upgrades_booking",
        "SELECT (id, customer_id) ON upgrades_upgradejob",
        "SELECT ON upgrades_team",
        "SELECT ON upgrades_seat",
        "INSERT ON upgrades_seat",
        "DELETE ON upgrades_seat",
        "UPDATE (job_id, booking_id) ON upgrades_seat",
    ),
)
# Seats taken stay, even where there are to be fewer: nobody's night is taken away by an edit.
PROVIDE = door(
    "door_provide_seats(of_team uuid, hours timestamptz[], wanted integer[]) RETURNS void",
    """LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
    SET enable_nestloop = off AS $$
BEGIN
    DELETE FROM upgrades_seat s USING (
        SELECT o.id, w.most,
               row_number() OVER (PARTITION BY o.hour ORDER BY NOT o.taken, o.number) AS place
        FROM upgrades_seat o JOIN unnest(hours, wanted) AS w(hour, most) ON w.hour = o.hour
        WHERE o.team_id = of_team
    ) AS ranked
    WHERE ranked.id = s.id AND ranked.place > ranked.most AND s.booking_id IS NULL;
    INSERT INTO upgrades_seat (id, team_id, hour, number)
    SELECT gen_random_uuid(), of_team, lacking.hour, lacking.number FROM (
        SELECT every.hour, every.number, every.most, every.there,
               row_number() OVER (PARTITION BY every.hour ORDER BY every.number) AS place
        FROM (
            SELECT w.hour, w.most, w.there, n AS number FROM (
                SELECT u.hour, u.most, coalesce(kept.seats, 0) AS there
                FROM unnest(hours, wanted) AS u(hour, most) LEFT JOIN (
                    SELECT o.hour, count(*)::integer AS seats FROM upgrades_seat o
                    WHERE o.team_id = of_team GROUP BY o.hour
                ) AS kept ON kept.hour = u.hour
            ) AS w, generate_series(1, w.most + w.there) AS n
        ) AS every LEFT JOIN upgrades_seat s
            ON s.team_id = of_team AND s.hour = every.hour AND s.number = every.number
        WHERE s.id IS NULL
    ) AS lacking
    WHERE lacking.there + lacking.place <= lacking.most
    ON CONFLICT (team_id, hour, number) DO NOTHING;
END $$;""",
)

DOORS = [migrations.RunSQL(*FOLLOW), migrations.RunSQL(*PROVIDE)]
