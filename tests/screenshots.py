"""`make screenshots`: every page in three languages, two themes and two widths, to be looked at.

They lie in var/screenshots as PAGE.LANGUAGE.THEME.WIDTH.png. Arguments go to pytest (`-k job`).
"""

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ["SCREENSHOTS"] = "1"
    sys.exit(pytest.main(["-q", "-m", "browser", "tests/browser", *sys.argv[1:]]))
