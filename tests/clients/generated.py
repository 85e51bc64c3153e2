"""A Python client as others get it: made from openapi.yaml by openapi-python-client, at test time.

Nothing of it is kept. Whatever the generator warns of is a fault of our document, and every answer
that goes through it is read strictly by what the document says.
"""

import importlib
import io
import pkgutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from appliances.simulator.autopilot.calls import Portal, Refused
from tests.house.sources import ROOT

NAME = "changeover_client"


class Problem(Exception):
    """What the portal refused."""

    def __init__(self, told: Any) -> None:
        super().__init__(told.detail)
        self.status, self.code, self.remedy = told.status, told.code, told.remedy


def generate(folder: Path) -> None:
    """Make the client in this folder, and let it be imported from there."""
    (folder / "settings.yaml").write_text("post_hooks: []\n")
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("openapi-python-client")), "generate",
            "--meta", "none", "--path", str(ROOT / "openapi.yaml"),
            "--config", str(folder / "settings.yaml"),
            "--output-path", str(folder / NAME), "--fail-on-warning",
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()


class Program:
    """One key's program: `program.call("jobs_submit", id, if_match=…)`, by the operation's name."""

    def __init__(self, address: str, key: str) -> None:
        self.key = key
        client = importlib.import_module(f"{NAME}.client")
        self.client = client.AuthenticatedClient(address, key)
        self.problem = importlib.import_module(f"{NAME}.models").Problem

    def close(self) -> None:
        self.client.get_httpx_client().close()

    def call(self, operation: str, *ids: Any, body: Any = None, **words: Any) -> Any:
        """What it answers, typed. Raises Problem; a body is given as plain values."""
        return self.answer(operation, *ids, body=body, **words).parsed

    def answer(self, operation: str, *ids: Any, body: Any = None, **words: Any) -> Any:
        module = importlib.import_module(f"{NAME}.api.{_noun_of(operation)}.{operation}")
        if isinstance(body, dict):
            kind = _body_of(module)
            body = kind.from_dict(body)
        given = {} if body is None else {"body": body}
        answer = module.sync_detailed(*ids, client=self.client, **given, **words)
        if isinstance(answer.parsed, self.problem):
            raise Problem(answer.parsed)
        assert answer.status_code < 300, (operation, answer.status_code, answer.content)
        return answer

    def rows(self, operation: str, *ids: Any, **words: Any) -> list[Any]:
        """Every row of a list, page after page."""
        page = self.call(operation, *ids, **words)
        found = list(page.results)
        while page.next_:
            [cursor] = parse_qs(urlsplit(page.next_).query)["cursor"]
            page = self.call(operation, *ids, **{**words, "cursor": cursor})
            found += page.results
        return found

    def answers(self) -> bool:
        """Whether somebody answers at the address and takes the key."""
        httpx = importlib.import_module("httpx")
        try:
            self.call("customers_list")
        except httpx.TransportError:
            return False
        return True


def _noun_of(operation: str) -> str:
    """The package that an operation lies in: `data_exports` of `data_exports_content`."""
    api = importlib.import_module(f"{NAME}.api")
    nouns = [found.name for found in pkgutil.iter_modules(api.__path__)]
    return max((noun for noun in nouns if operation.startswith(f"{noun}_")), key=len)


def _body_of(module: Any) -> Any:
    """The class of an operation's JSON body, by the annotation of its argument."""
    words = module._get_kwargs.__annotations__["body"]
    return next(kind for kind in getattr(words, "__args__", [words]) if hasattr(kind, "from_dict"))


class Hands(Portal):
    """The autopilot's side of the portal, through the generated client."""

    def __init__(self, program: Program) -> None:
        super().__init__("", program.key)
        self.program = program

    def open_steps(self) -> list[dict]:
        rows = self._asked("rows", "steps_list", state="ASKING,WATCHING", simulated=True)
        return [row.to_dict() for row in rows]

    def take(self, step: dict) -> None:
        self._asked("call", "steps_take", step["id"], if_match="*")

    def confirm(self, step: dict, evidence: dict) -> None:
        told = {"evidence": evidence}
        self._asked("call", "steps_confirm", step["id"], body=told, if_match="*")

    def show(self, step: dict, picture: bytes) -> str:
        types = importlib.import_module(f"{NAME}.types")
        file = types.File(payload=io.BytesIO(picture), file_name="page.png", mime_type="image/png")
        models = importlib.import_module(f"{NAME}.models")
        form = models.StepsEvidenceFilesBody(file=file)
        return str(self._asked("call", "steps_evidence", step["id"], body=form).id)

    def _asked(self, how: str, *words: Any, **more: Any) -> Any:
        try:
            return getattr(self.program, how)(*words, **more)
        except Problem as problem:
            raise Refused(problem.status, str(problem)) from None
