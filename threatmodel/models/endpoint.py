"""Addresses behind which linked models answer, and what their owners agreed to."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models

from .linked import LinkedModel


class Endpoint(models.Model):
    """How a linked model is asked over the network: nothing is sent without a consent that holds,
    nor beyond its budgets. `secret` is encrypted and never given out."""

    model = models.OneToOneField(
        LinkedModel, models.CASCADE, related_name="endpoint", primary_key=True
    )
    url = models.CharField(max_length=2000)
    adapter = models.CharField(max_length=20)
    options = models.JSONField(default=dict)
    secret = models.TextField(blank=True)
    secret_header = models.CharField(max_length=100, default="Authorization")
    version = models.CharField(max_length=200, blank=True)
    probes = models.JSONField(default=list)
    probed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)

    statement = models.TextField(blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    agreed_by_name = models.CharField(max_length=200, blank=True)
    agreed_at = models.DateTimeField(null=True)
    agreed_until = models.DateField(null=True)

    requests_per_run = models.PositiveIntegerField(default=0)
    rows_per_run = models.PositiveIntegerField(default=0)
    requests_per_day = models.PositiveIntegerField(default=0)
    rows_per_day = models.PositiveIntegerField(default=0)
    cost_per_request = models.DecimalField(max_digits=12, decimal_places=6, default=Decimal(0))
    cost_per_day = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    per_second = models.FloatField(default=2)
    next_at = models.DateTimeField(null=True)

    stopped_at = models.DateTimeField(null=True)
    stopped_by_name = models.CharField(max_length=200, blank=True)
    stopped_because = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.url


class EndpointAccount(models.Model):
    """What one day or one run has asked of an endpoint, booked before it is sent. `period` is the
    day's date or the run's id."""

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="accounts")
    period = models.CharField(max_length=40)
    requests = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["period", "id"]
        constraints = [models.UniqueConstraint(fields=["endpoint", "period"], name="account_once")]

    def __str__(self) -> str:
        return f"{self.period}: {self.requests} requests, {self.rows} rows"


class EndpointHalt(models.Model):
    """While there is one, no endpoint at all is called. The operator makes and removes it."""

    because = models.CharField(max_length=500)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.because
