"""`manage.py token USER`: an API token, printed once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from threatmodel import gate
from threatmodel.gate import Right
from threatmodel.models import Token
from threatmodel.services import tokens

from ._people import find_user


class Command(BaseCommand):
    help = "Make an API token for a user and print it, once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="user name or e-mail address")
        parser.add_argument("--name", default="command line")
        parser.add_argument("--scope", choices=["read", "write"], default="write")
        parser.add_argument("--workspace", help="its id; the user's first workspace otherwise")
        parser.add_argument("--days", type=int, help="days until it ends; no end otherwise")

    def handle(self, *args: Any, **options: Any) -> None:
        person = gate.Person(find_user(options["user"]))
        try:
            if options["workspace"]:
                workspace = gate.workspace(person, options["workspace"], Right.READ)
            else:
                workspace = gate.home(person, Right.READ)
        except (gate.NotFound, gate.Forbidden) as error:
            raise CommandError(str(error)) from None
        made: tuple[Token, str] = tokens.create(
            workspace,
            person,
            name=options["name"],
            scope=options["scope"],
            days=options["days"],
        )
        self.stdout.write(made[1])
