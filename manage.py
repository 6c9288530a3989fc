#!/usr/bin/env python3
"""Django's entry: `.venv/bin/python manage.py <command>`."""

import os
import sys

from threatmodel.release import VERSION
from threatmodel.robustness import threads

try:
    from django.core.management import execute_from_command_line
except ImportError:
    sys.exit(
        "This Python lacks Bartizan's packages. Run bin/setup once, then begin the command with "
        ".venv/bin/python in place of python3."
    )

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "threatmodel.settings")
    if sys.argv[1:] in (["--version"], ["version"]):  # Django would name its own
        print(f"Bartizan {VERSION}")
    else:
        # An owner's own training is started with this environment: it may take what it likes.
        if sys.argv[1:2] == ["attack"] and not any(x.startswith("--trainer") for x in sys.argv):
            threads.take_one()
        execute_from_command_line(sys.argv)
