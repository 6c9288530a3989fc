"""What people fill in on pages. Meaning is checked by services; here only the shape."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext, gettext_lazy

from catalog.types import Catalog, Level
from threatmodel.core.controls import ANSWERS
from threatmodel.core.inputs import STATUSES
from threatmodel.models import Workspace
from threatmodel.models.person import Role, Scope
from threatmodel.register.asked import GROUPS, MEASURES, ORDERS

# Words that wait for the language of the page that shows them.
Choices = list[tuple[str, Any]]
LEVELS: Choices = [(level.key, capfirst(gettext_lazy(level.key))) for level in reversed(Level)]
ANY_LEVEL: Choices = [("", gettext_lazy("Any level")), *LEVELS]
MITIGATION_STATUS: Choices = [(word, capfirst(gettext_lazy(word))) for word in STATUSES]
EFFORTS: Choices = [
    ("", gettext_lazy("Not estimated")),
    ("small", gettext_lazy("Small")),
    ("medium", gettext_lazy("Medium")),
    ("large", gettext_lazy("Large")),
]
TREATMENTS: Choices = [
    (word, capfirst(gettext_lazy(word)))
    for word in ("open", "accepted", "transferred", "avoided", "dismissed")
]
VERDICTS: Choices = [
    (word, capfirst(gettext_lazy(word)))
    for word in ("broken", "held", "inconclusive", "stale", "untested", "not testable here")
]
DECISIONS: Choices = [
    ("accept", gettext_lazy("Accept the risk")),
    ("transfer", gettext_lazy("Transfer it")),
    ("avoid", gettext_lazy("Avoid it: the part goes or changes")),
    ("dismiss", gettext_lazy("Dismiss: it does not apply here")),
    ("reopen", gettext_lazy("Open again")),
]
# Beside the decisions: who is to do something about what was ticked.
ASSIGN = "assign"
LONGEST_PASSWORD = 1000


def level_field(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("", gettext_lazy("As computed")), *LEVELS],
        coerce=Level.parse,
        required=False,
        empty_value=None,
    )


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # Browsers take one format only, whatever the language's own is.
        super().__init__(attrs, format="%Y-%m-%d")


class SystemForm(forms.Form):
    name = forms.CharField(max_length=200, label=gettext_lazy("Name of the system"))
    blueprint = forms.SlugField(max_length=64, required=False, widget=forms.HiddenInput)


class WorkshopForm(forms.Form):
    title = forms.CharField(max_length=200, required=False, label=gettext_lazy("What is it about?"))


class BaselineForm(forms.Form):
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    name = forms.CharField(max_length=200, label=gettext_lazy("Name"))
    note = forms.CharField(
        max_length=10_000,
        required=False,
        label=gettext_lazy("Note"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ImportForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File to import"))


class OwnCatalogForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("YAML file"), allow_empty_file=True)


def one_of(*words: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        required=False, choices=[("", gettext_lazy("Any")), *((one, one) for one in words)]
    )


class FindingFilter(forms.Form):
    """What stands in the address of a register; each error names its part of it."""

    q = forms.CharField(required=False, max_length=200)
    level = forms.ChoiceField(required=False, choices=ANY_LEVEL)
    treatment = forms.ChoiceField(
        required=False, choices=[("", gettext_lazy("Any state")), *TREATMENTS]
    )
    verdict = forms.ChoiceField(
        required=False, choices=[("", gettext_lazy("Any evidence")), *VERDICTS]
    )
    position = one_of("within", "above")
    answered = one_of(*ANSWERS)
    lapsed = one_of("yes")
    lapsing = one_of("yes")
    element = forms.CharField(required=False, max_length=64)
    threat = forms.CharField(required=False, max_length=90)
    cause = forms.CharField(required=False, max_length=160)
    type = forms.CharField(required=False, max_length=64)
    zone = forms.CharField(required=False, max_length=64)
    asset = forms.CharField(required=False, max_length=64)
    tactic = forms.CharField(required=False, max_length=64)
    stride = forms.CharField(required=False, max_length=64)
    owner = forms.CharField(required=False, max_length=200)
    system = forms.UUIDField(required=False)
    likelihood = forms.ChoiceField(required=False, choices=ANY_LEVEL)
    impact = forms.ChoiceField(required=False, choices=ANY_LEVEL)
    measure = one_of(*MEASURES)
    group = one_of(*GROUPS)
    order = one_of(*ORDERS)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)

    def said(self) -> list[str]:
        """What is wrong with the address, a sentence for each part."""
        return [f"{name}: {' '.join(map(str, found))}" for name, found in self.errors.items()]


class BulkDecisionForm(forms.Form):
    """One decision about every finding that was ticked."""

    action = forms.ChoiceField(
        choices=[*DECISIONS, (ASSIGN, gettext_lazy("Assign: plan it for somebody"))],
        label=gettext_lazy("Decision"),
    )
    reason = forms.CharField(max_length=10_000, label=gettext_lazy("Why"))
    owner = forms.CharField(max_length=200, required=False, label=gettext_lazy("Owner"))
    until = forms.DateField(required=False, widget=Day, label=gettext_lazy("Until"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("action") == ASSIGN and not cleaned.get("owner"):
            self.add_error("owner", gettext("Say who is to do it"))
        return cleaned


class SavedViewForm(forms.Form):
    name = forms.CharField(max_length=80, label=gettext_lazy("Name of the view"))
    query = forms.CharField(max_length=2000, required=False)
    shared = forms.BooleanField(required=False, label=gettext_lazy("For everybody here"))


class DecisionForm(forms.Form):
    action = forms.ChoiceField(choices=DECISIONS, label=gettext_lazy("Decision"))
    reason = forms.CharField(
        max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}), label=gettext_lazy("Why")
    )
    until = forms.DateField(
        required=False,
        widget=Day,
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("Then it reopens."),
    )


class RatingForm(forms.Form):
    likelihood = level_field("Likelihood")
    impact = level_field("Impact")
    reason = forms.CharField(
        max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}), label=gettext_lazy("Why")
    )


class MitigationForm(forms.Form):
    title = forms.CharField(max_length=200, required=False, label=gettext_lazy("Title"))
    control = forms.ChoiceField(required=False, label=gettext_lazy("Control"))
    status = forms.ChoiceField(
        choices=MITIGATION_STATUS, initial="planned", label=gettext_lazy("Status")
    )
    owner = forms.CharField(max_length=200, required=False, label=gettext_lazy("Owner"))
    due = forms.DateField(required=False, widget=Day, label=gettext_lazy("Due"))
    effort = forms.ChoiceField(choices=EFFORTS, required=False, label=gettext_lazy("Effort"))
    note = forms.CharField(
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        label=gettext_lazy("Note"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, catalog: Catalog, *args: Any, controls: tuple[str, ...] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        known = [id for id in controls if id in catalog.controls] or sorted(
            catalog.controls, key=lambda id: catalog.controls[id].title
        )
        titles = [(id, catalog.controls[id].title) for id in known]
        self.fields["control"].choices = [("", gettext("One of our own")), *titles]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("title") and not cleaned.get("control"):
            self.add_error("title", gettext("Name the mitigation or choose a control"))
        return cleaned


class ModelForm(forms.Form):
    component = forms.ChoiceField(label=gettext_lazy("Component"))
    name = forms.CharField(max_length=200, required=False, label=gettext_lazy("Name"))
    model = forms.FileField(label=gettext_lazy("Model (.onnx)"))
    dataset = forms.FileField(
        label=gettext_lazy("Data set (.npz with x and y; texts also as .csv)")
    )
    description = forms.FileField(
        label="dataset.yaml",
        help_text=gettext_lazy(
            "What the rows are: their role (holdout for rows not trained on), their shape, and how "
            "far an input may be changed. One to copy stands below."
        ),
    )

    def __init__(self, components: list[tuple[str, str]], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["component"].choices = components  # type: ignore[attr-defined]  # a ChoiceField


# What reports are made as: the name of each, and what it is for.
FORMATS = {
    "pdf": ("PDF", gettext_lazy("the risk assessment, to hand over")),
    "html": ("HTML", gettext_lazy("the same as one file, for browsers")),
    "xlsx": ("XLSX", gettext_lazy("everything as a workbook")),
    "csv": ("CSV", gettext_lazy("the findings, for trackers")),
    "bartizan": (gettext_lazy("Full export"), gettext_lazy("everything there is, to import again")),
    "json": ("JSON", gettext_lazy("the assessment, for programs")),
    "sarif": ("SARIF", gettext_lazy("findings, for code scanning")),
    "atlas-layer": (gettext_lazy("ATLAS layer"), gettext_lazy("coverage, for the ATLAS Navigator")),
}


class ReportForm(forms.Form):
    format = forms.ChoiceField(
        choices=[
            (id, format_lazy("{}: {}", name, purpose)) for id, (name, purpose) in FORMATS.items()
        ],
        widget=forms.RadioSelect,
        initial="pdf",
        label=gettext_lazy("Format"),
    )
    paper = forms.ChoiceField(
        choices=[("A4", "A4"), ("Letter", "Letter")],
        required=False,
        initial="A4",
        label=gettext_lazy("Paper"),
    )
    classification = forms.CharField(
        max_length=60, required=False, initial="Confidential", label=gettext_lazy("Classification")
    )


class InviteForm(forms.Form):
    email = forms.EmailField(
        required=False, label=gettext_lazy("E-mail (only this person may use it)")
    )

    field_order = ("role", "system", "email")

    def __init__(self, workspace: Workspace, roles: list[str], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = [(one, capfirst(gettext_lazy(one))) for one in Role.values if one in roles]
        self.fields["role"] = forms.ChoiceField(
            choices=choices,
            initial=Role.EDITOR,
            label=gettext_lazy("Role"),
            help_text=gettext_lazy(
                "Guests see one system, comment and vote; viewers see all. Editors draw, plan and "
                "run tests. Facilitators also lead workshops, approvers also accept and verify, "
                "owners also manage people."
            ),
        )
        self.fields["system"] = forms.ModelChoiceField(
            workspace.systems.filter(deleted_at=None).order_by("name"),
            required=False,
            empty_label=gettext_lazy("All of them"),
            label=gettext_lazy("System (for a guest, who sees only this one)"),
        )
        self.order_fields(self.field_order)


class TokenForm(forms.Form):
    name = forms.CharField(max_length=200, label=gettext_lazy("What it is for"))
    scope = forms.ChoiceField(
        choices=[(one, capfirst(gettext_lazy(one))) for one in Scope.values],
        label=gettext_lazy("May"),
    )
    days = forms.IntegerField(
        min_value=1,
        max_value=730,
        required=False,
        initial=90,
        label=gettext_lazy("Ends after (days)"),
    )


class JoinForm(forms.Form):
    username = forms.CharField(max_length=150, label=gettext_lazy("Name"))
    password = forms.CharField(
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("At least 12 characters."),
    )


class PasswordForm(forms.Form):
    password = forms.CharField(
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("At least 12 characters."),
    )
