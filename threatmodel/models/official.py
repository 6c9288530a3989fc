"""Publishers' own texts, imported by the operator for the whole installation."""

from __future__ import annotations

from django.db import models


class OfficialFile(models.Model):
    """One imported file. Of each framework, and each part it is published in, the newest import."""

    id = models.BigAutoField(primary_key=True)
    framework = models.CharField(max_length=64)
    part = models.CharField(max_length=16, blank=True)
    title = models.CharField(max_length=200)
    edition = models.CharField(max_length=64)
    licence = models.CharField(max_length=64)
    attribution = models.TextField()
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    imported_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["framework", "part"], name="official_file_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.edition}"


class OfficialText(models.Model):
    """What the publisher says of one entry: plain text, never markup of theirs."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(OfficialFile, models.CASCADE, related_name="texts")
    entry = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=300)
    text = models.TextField()
    url = models.URLField(max_length=200)
    retired = models.BooleanField(default=False)
    became = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "entry"], name="official_text_once")]

    def __str__(self) -> str:
        return f"{self.entry} {self.title}"
