#!/usr/bin/env python3
"""Django's entry: `.venv/bin/python manage.py <command>`."""

import os
import sys

try:
    from django.core.management import execute_from_command_line
except ImportError:
    sys.exit(
        "This Python lacks Bartizan's packages. Run bin/setup once, then begin the command with "
        ".venv/bin/python in place of python3."
    )

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "threatmodel.settings")
    execute_from_command_line(sys.argv)
