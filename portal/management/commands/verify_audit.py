import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.management.telling import Bar, add_json
from portal.services import audit_trail, customers
from portal.services.erasing import receipts

PLATFORM = "platform"  # no customer's id


class Command(BaseCommand):
    help = (
        "Walk the audit chains, the platform's own too: each link's digest, number and place;"
        " fails if one is broken."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--customer", default="", help="the slug of one customer")
        add_json(parser)

    def handle(self, *args: Any, customer: str, **options: Any) -> None:
        verdicts, asked, bar = {}, self._asked(customer), Bar(self)
        for number, customer_id in enumerate(asked, start=1):
            verdicts[str(customer_id)] = audit_trail.verify(customer_id)
            bar.at(number, len(asked))
        if not customer:
            verdicts[PLATFORM] = audit_trail.verify_platform()
        for name, verdict in verdicts.items():
            self.stdout.write(self._line(name, verdict, as_json=options["json"]))
        broken = [name for name, verdict in verdicts.items() if not verdict.holds]
        if broken:
            raise CommandError(f"{len(broken)} audit chains do not hold.")

    def _asked(self, slug: str) -> list[Any]:
        if not slug:
            return [*customers.every_id(), *receipts.closed_ids()]
        if found := customers.id_of_slug(slug):
            return [found]
        raise CommandError(f"There is no customer {slug}.")

    def _line(self, name: str, verdict: audit_trail.Verdict, *, as_json: bool) -> str:
        if as_json:
            return json.dumps({"customer": name, **vars(verdict), "holds": verdict.holds})
        if verdict.holds:
            said = f"{name}: {verdict.events} events, all in place"
            if verdict.renamed:
                said += f"; erased, the names in {verdict.renamed} of them replaced"
            return said
        if verdict.first_broken is not None:
            return f"{name}: BROKEN at event {verdict.first_broken} of {verdict.events}"
        if not verdict.seal_fits:
            return f"{name}: BROKEN, not as it was left when the customer was erased"
        return f"{name}: BROKEN, the newest events are missing after {verdict.events}"
