from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

FILE = Path(settings.BASE_DIR) / "openapi.yaml"


class Command(BaseCommand):
    help = "Write the API's OpenAPI document, or see whether the committed one says the same."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, compare")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            document = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
        if GENERATOR_STATS:
            raise CommandError("Not everything could be described: see above.")
        text = OpenApiYamlRenderer().render(document, renderer_context={}).decode()
        if not options["check"]:
            FILE.write_text(text)
        elif not FILE.exists() or FILE.read_text() != text:
            raise CommandError("openapi.yaml is not what the API says: run manage.py api_schema.")
