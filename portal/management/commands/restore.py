from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.errors import Refused
from portal.management.telling import add_json, tell
from portal.services import restoring

ASK_AGAIN = "ask_running_steps_again"


class Command(BaseCommand):
    help = (
        "Restore a backup into an empty, migrated database of the same version; then the audit"
        " trail is verified and every running step is asked again before anything is sent."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        add_json(parser)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = restoring.restore(folder)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        rows = sum(facts["rows"] for facts in manifest["tables"].values())
        told = {"stdout": self.stdout, "json": options["json"]}
        if options["json"]:
            missing = restoring.missing_keys()
            found = {"rows": rows, "files": len(manifest["files"]), "missing_keys": missing}
            tell(self, found)
        else:
            self.stdout.write(f"{rows} rows and {len(manifest['files'])} files are restored.")
        call_command("verify_audit", **told)
        # The attempts that were open may have been carried out since: nothing is sent before the
        # appliance was asked. The upgrades app has the command; the portal knows only its name.
        if ASK_AGAIN in get_commands():
            call_command(ASK_AGAIN, **told)
        for name in restoring.missing_keys():
            self.stderr.write(
                f"What is sealed with {name} does not open: stop everything, and put the key ring"
                f" that belongs to this backup in place ({settings.KEY_RING})."
            )
