"""Which Bartizan this is. Everything that says it takes it from here."""

VERSION = "0.1.0"
