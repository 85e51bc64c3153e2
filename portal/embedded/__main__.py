"""`python -m portal.embedded`: everything on one machine, until Ctrl-C. See run.sh."""

import sys

from portal.embedded import environment
from portal.embedded.processes import CannotStart
from portal.embedded.state import State, choose_folder
from portal.embedded.supervisor import Supervisor, manage

USAGE = """\
Usage: sh run.sh            run everything
       sh run.sh manage …   run a command of manage.py
"""


def main(words: list[str]) -> int:
    if words and words[0] != "manage":
        sys.stderr.write(USAGE)
        return 2
    environment.read_file()
    try:
        state = State(choose_folder())
        if words:
            return manage(state, words[1:])
        if not state.lock():
            raise CannotStart(
                f"Changeover already runs on the data in {state.folder}: stop it first, "
                "or set PORTAL_STATE to another folder for a second one."
            )
        Supervisor(state).run()
    except CannotStart as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
