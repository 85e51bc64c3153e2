"""What a person at the terminal reads: our own lines, and the processes' warnings."""

import re
import sys
from pathlib import Path

SERIOUS = re.compile(
    r'"level": ?"(warning|error|critical)"|\[(warning|error|critical) *\]|'
    r"\b(WARNING|ERROR|CRITICAL|FATAL|PANIC)[/:\] ]|^[\w.]+(Error|Exception)\b"
)
MOST_LINES_AT_ONCE = 20


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class LogWatch:
    """Follows one log file from where it ends now, and tells its serious lines."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.position = file.stat().st_size if file.exists() else 0

    def serious_lines(self) -> list[str]:
        if not self.file.exists():
            return []
        size = self.file.stat().st_size
        if size < self.position:  # trimmed meanwhile
            self.position = 0
        if size == self.position:
            return []
        with self.file.open("rb") as log:
            log.seek(self.position)
            new = log.read()
        whole = new[: new.rfind(b"\n") + 1]
        self.position += len(whole)
        lines = whole.decode(errors="replace").splitlines()
        return [line for line in lines if SERIOUS.search(line)][-MOST_LINES_AT_ONCE:]
