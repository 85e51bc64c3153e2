import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from portal.services import codes, reaching, refusals

FILE, CODES, REACHED = codes.CONTRACT, codes.FILE, codes.REACHED


def operations() -> Iterator[tuple[str, str, Any]]:
    """Every operation: the first word of its address, its action, its resource."""
    for path, _regex, _method, callback in EndpointEnumerator().get_api_endpoints():
        noun = path.removeprefix("/api/v1/").partition("/")[0]
        for method, action in callback.actions.items():
            if method != "head":
                yield noun, action, callback.cls


class Command(BaseCommand):
    help = "Write the API's OpenAPI document and its problem codes, or compare the committed ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, compare")

    def handle(self, *args: Any, **options: Any) -> None:
        found = json.dumps(refusals.read(), indent=1, ensure_ascii=False) + "\n"
        self._settle(CODES, found, check=options["check"])
        self._settle(REACHED, self._reached(), check=options["check"])
        codes.forget()
        with translation.override("en"):
            document = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
        if GENERATOR_STATS:
            raise CommandError("Not everything could be described: see above.")
        text = OpenApiYamlRenderer().render(document, renderer_context={}).decode()
        self._settle(FILE, text, check=options["check"])

    def _reached(self) -> str:
        found = {
            codes.operation(noun, action): reaching.of_action(view, action)
            for noun, action, view in operations()
        }
        told = {name: reached for name, reached in sorted(found.items()) if reached}
        return json.dumps(told, indent=1) + "\n"

    def _settle(self, file: Path, text: str, *, check: bool) -> None:
        if not check:
            file.write_text(text)
        elif not file.exists() or file.read_text() != text:
            raise CommandError(f"{file.name} is not what the API says: run manage.py api_schema.")
