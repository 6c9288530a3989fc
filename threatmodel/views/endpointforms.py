"""What people enter about an endpoint: how it is reached, and what may be asked of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from threatmodel.robustness import adapters
from threatmodel.services.endpoints import Address, Budget, options

HELP = {
    "options": gettext_lazy("As JSON; what each adapter takes stands at the side."),
    "secret": gettext_lazy("Sent with every request, kept encrypted, never shown again."),
    "version": gettext_lazy(
        "As its owner names it. With its first answers it is the endpoint's identity."
    ),
    "dataset": gettext_lazy("For adapters of rows. A chat endpoint needs none."),
}


class EndpointForm(forms.Form):
    component = forms.ChoiceField(label=gettext_lazy("Component"))
    name = forms.CharField(max_length=200, required=False, label=gettext_lazy("Name"))
    adapter = forms.ChoiceField(label=gettext_lazy("It speaks"))
    url = forms.CharField(max_length=2000, label=gettext_lazy("Address"))
    options = forms.CharField(
        max_length=40_000,
        required=False,
        label=gettext_lazy("Options"),
        help_text=HELP["options"],
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    version = forms.CharField(
        max_length=200, required=False, label=gettext_lazy("Version"), help_text=HELP["version"]
    )
    secret = forms.CharField(
        max_length=4000,
        required=False,
        label=gettext_lazy("Secret"),
        help_text=HELP["secret"],
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    secret_header = forms.CharField(
        max_length=100,
        required=False,
        label=gettext_lazy("Header of the secret"),
        initial="Authorization",
    )
    dataset = forms.FileField(
        required=False,
        label=gettext_lazy("Data set (.npz with x and y; texts also as .csv)"),
        help_text=HELP["dataset"],
    )
    description = forms.FileField(required=False, label="dataset.yaml")

    def __init__(self, components: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = [(one.id, one.name) for one in adapters.formats().values()]
        self.fields["component"].choices = components  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["adapter"].choices = spoken  # type: ignore[attr-defined]  # a ChoiceField

    def address(self) -> Address:
        said = self.cleaned_data
        return Address(
            said["url"].strip(),
            said["adapter"],
            options(said["options"]),
            said["secret"],
            said["secret_header"],
            said["version"],
        )


def _in_three_months() -> str:
    return (timezone.now().date() + timedelta(days=90)).isoformat()


class ConsentForm(forms.Form):
    statement = forms.CharField(
        max_length=2000,
        label=gettext_lazy("Who owns the endpoint, and who agreed to these tests of it?"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = forms.DateField(
        label=gettext_lazy("The consent holds until"),
        initial=_in_three_months,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    requests_per_run = forms.IntegerField(label=gettext_lazy("Requests in one run"), initial=1000)
    rows_per_run = forms.IntegerField(label=gettext_lazy("Rows in one run"), initial=100_000)
    requests_per_day = forms.IntegerField(label=gettext_lazy("Requests a day"), initial=5000)
    rows_per_day = forms.IntegerField(label=gettext_lazy("Rows a day"), initial=500_000)
    per_second = forms.FloatField(
        label=gettext_lazy("Requests a second, over all workers"), initial=2
    )
    cost_per_request = forms.DecimalField(
        max_digits=12, decimal_places=6, label=gettext_lazy("Cost of a request"), initial=0
    )
    cost_per_day = forms.DecimalField(
        max_digits=12, decimal_places=2, label=gettext_lazy("Cost a day, at most"), initial=0
    )

    def budget(self) -> Budget:
        return Budget(**{name: self.cleaned_data[name] for name in Budget.__dataclass_fields__})
