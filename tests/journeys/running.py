"""The whole product as `run.sh` starts it, in a folder of its own, for stories and for malice."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.house.sources import ROOT

# Never the servers of the tests: the supervisor starts its own.
OURS = (
    "DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_STAFF_URL", "DATABASE_ADMIN_URL", "REDIS_URL",
    "KEY_RING", "SECRET_KEY", "SIMULATOR_URL", "DEMO", "RUN_ID", "FONTCONFIG_FILE", "PUBLIC_URL",
    "ALLOWED_HOSTS", "EMAIL_URL", "CHANGEOVER_TEST_FOLDER",
)  # fmt: skip


class Running:
    """One running Changeover with the demo world. `manage` and `script` work on its data."""

    def __init__(self, folder: Path, **variables: str) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.folder = folder
        plain = {name: value for name, value in os.environ.items() if name not in OURS}
        self.environment = {
            **plain, "PORTAL_STATE": str(folder), "PORT": str(self.port), "HOST": "127.0.0.1",
            "SIM_INSTALL_SECONDS": "1", "SIM_BASE_SECONDS": "1", **variables,
        }  # fmt: skip

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, seconds: float = 600) -> "Running":
        with (self.folder / "run.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.embedded"], cwd=ROOT, env=self.environment,
                stdout=log, stderr=log,
            )  # fmt: skip
        up = wait_for(lambda: self.ended() or (self.healthy() and self.told()), seconds=seconds)
        if not up or self.ended():
            self.stop()
            raise AssertionError((self.folder / "run.log").read_text()[-3000:])
        return self

    def ended(self) -> bool:
        return self.process.poll() is not None

    def told(self) -> bool:
        return "answers at" in (self.folder / "run.log").read_text()

    def healthy(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "/healthz", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def variables(self) -> dict[str, str]:
        return json.loads((self.folder / "environment.json").read_text())

    def script(self, text: str) -> Any:
        """Run Python on the product's data; what it assigns to `answer` comes back."""
        prelude = "import json, django\ndjango.setup()\nanswer = None\n"
        end = "\nprint('ANSWER' + json.dumps(answer, default=str))"
        done = subprocess.run(
            [sys.executable, "-c", prelude + text + end], cwd=ROOT, capture_output=True, text=True,
            env={**self.variables(), "DJANGO_SETTINGS_MODULE": "portal.settings"}, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.rsplit("ANSWER", 1)[1])

    def pids(self, words: str) -> list[int]:
        """Processes of this run whose command line holds these words."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environment = (entry / "environ").read_bytes()
            except (OSError, PermissionError):
                continue
            if words in line and f"PORTAL_STATE={self.folder}".encode() in environment:
                found.append(int(entry.name))
        return found

    def kill(self, words: str) -> int:
        """SIGKILL every process whose command line holds these words; how many there were."""
        pids = self.pids(words)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        return len(pids)

    @contextmanager
    def still(self, words: str) -> Iterator[None]:
        """Meanwhile the processes whose command line holds these words stand still: the step
        runner's keep the demo's clock from running on while people are at something."""
        pids = self.pids(words)
        assert pids
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)

    def call(self, key: str, method: str, path: str, body: Any = None) -> Any:
        """One call of the REST API. Raises HTTPError."""
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {key}", "Content-Type": "application/json",
                "If-Match": "*",
            },
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def truth(self, host: str) -> Any:
        """The simulator's own word on an appliance, effects counted."""
        variables = self.variables()
        request = urllib.request.Request(
            f"{variables['SIMULATOR_URL']}/_sim/appliances/{host}",
            headers={"X-Sim-Control": variables["SIM_CONTROL_KEY"]},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def wait_for(condition: Callable[[], Any], *, seconds: float, every: float = 0.5) -> Any:
    """What the condition said when it came true; falsy if it did not in time."""
    ends = time.monotonic() + seconds
    found = condition()
    while not found and time.monotonic() < ends:
        time.sleep(every)
        found = condition()
    return found


PLAN = """
from portal import clock, tenancy
from portal.services import customers
from portal.models import User
from appliances.models import Package, Site
from upgrades.models import UpgradeJob
from upgrades.services import jobs
agent = User.objects.get(email='ines@demo.example')
elif_ = User.objects.get(email='elif@meridian.example')
with tenancy.transaction(customers.id_of_slug('meridian')):
    site = Site.objects.get(public_name='support.meridian.sim')
    target = Package.objects.get(kind='PRODUCT', version={target!r})
    job = jobs.draft(site, target, procedure='single', method={method!r}, by=agent, at=clock.now())
    jobs.submit(job, by=agent, at=clock.now())
    job = UpgradeJob.objects.get(pk=job.pk)
    jobs.approve(job, by=elif_, at=clock.now())
    answer = str(job.pk)
"""
STATE = """
from collections import Counter
from portal import tenancy
from portal.models import AuditEvent, Message
from portal.services import customers
from upgrades.models import Attempt, UpgradeJob
with tenancy.transaction(customers.id_of_slug('meridian')):
    job = UpgradeJob.objects.get(pk={job!r})
    done = AuditEvent.objects.filter(job_id=job.pk, name='step.done')
    answer = {{
        'state': job.state, 'steps': job.steps.count(),
        'states': dict(Counter(job.steps.values_list('state', flat=True))),
        'open': [[s.seq, s.action, s.state, s.reason] for s in job.steps.open()],
        'events': done.count(), 'distinct': done.values('subject_id').distinct().count(),
        'attempts': Attempt.objects.filter(closed_at=None).count(),
        'mails': Message.objects.filter(kind='upgrade_done').count(),
    }}
"""
