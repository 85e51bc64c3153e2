import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import clock, tenancy
from portal.errors import Refused
from portal.management.telling import add_json, tell
from portal.models import Erasure
from portal.services import customers
from portal.services.erasing import again, asking, carrying_out, obstacles, receipts


class Command(BaseCommand):
    help = (
        "Carry out the erasures whose day has come, as the workers do, and print a receipt for"
        " each. Two people must have asked for and confirmed it in the portal: this cannot. With a"
        " customer's slug, that one alone; fails if it is not due."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", nargs="?", default="", help="one customer's")
        parser.add_argument(
            "--receipts", action="store_true", help="print those that were given, erase nothing"
        )
        parser.add_argument(
            "--again", type=Path, metavar="FILE",
            help="after restoring a backup: erase again, at once, whom these receipts name, as"
            " --receipts --json printed them",
        )  # fmt: skip
        add_json(parser)

    def handle(self, *args: Any, slug: str, receipts: bool, **options: Any) -> None:
        if options["again"]:
            found = self._again(options["again"])
        elif receipts:
            found = self._given()
        else:
            at = clock.now()
            asked = [self._asked(slug, at)] if slug else carrying_out.due(at)
            found = [row for each in asked if (row := carrying_out.carry_out(each, at))]
        for erasure in found:
            self._tell(erasure, as_json=options["json"])

    def _given(self) -> list[Erasure]:
        return list(receipts.every().filter(state=Erasure.State.ERASED))

    def _again(self, file: Path) -> list[Erasure]:
        """One receipt a line. All of them are read before the first is acted on; whom this
        installation does not have, or has as erased already, is passed over."""
        at = clock.now()
        try:
            told = [json.loads(line) for line in file.read_text().splitlines() if line.strip()]
            for receipt in told:
                again.read(receipt)
            asked = [again.begin(receipt, at=at) for receipt in told]
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except (ValueError, Refused) as wrong:
            raise CommandError(f"{file} holds no receipts: nothing is erased.") from wrong
        rows = [carrying_out.carry_out(each, at) for each in asked if each is not None]
        return [row for row in rows if row is not None]

    def _asked(self, slug: str, at: Any) -> Any:
        """Raises CommandError for what cannot be erased now, and says why."""
        customer_id = customers.id_of_slug(slug)
        if customer_id is None:
            raise CommandError(f"There is no customer {slug}.")
        with tenancy.transaction(customer_id):
            erasure, standing = asking.current(), obstacles.found(at)
        if erasure is None:
            raise CommandError("Nobody has asked for its erasure: ask in the portal, Our data.")
        if erasure.state == Erasure.State.ASKED:
            raise CommandError("The erasure waits for a second person's confirmation.")
        if erasure.due_at > at:
            raise CommandError(f"It may be taken back until {erasure.due_at.isoformat()}.")
        if standing:
            raise CommandError(f"{standing[0].sentence} {standing[0].remedy}")
        return customer_id

    def _tell(self, erasure: Erasure, *, as_json: bool) -> None:
        if as_json:
            tell(self, receipts.told(erasure))
            return
        self.stdout.write(
            f"{erasure.customer_name}: {erasure.state} {erasure.stage}".rstrip()
            + f", {erasure.rows} rows, {erasure.files} files, receipt {erasure.pk}"
        )
