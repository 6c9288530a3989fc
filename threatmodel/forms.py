"""What people fill in on pages. Meaning is checked by services; here only the shape."""

from __future__ import annotations

from typing import Any

from django import forms

from catalog.types import Catalog, Level
from threatmodel.models import Workspace
from threatmodel.models.job import JobState
from threatmodel.models.person import Role, Scope
from threatmodel.register.asked import GROUPS, MEASURES, ORDERS

LEVELS = [(level.key, level.key.capitalize()) for level in reversed(Level)]
ANY_LEVEL = [("", "Any level"), *LEVELS]
MITIGATION_STATUS = [
    (word, word.capitalize())
    for word in ("planned", "in progress", "implemented", "verified", "dropped")
]
EFFORTS = [("", "Not estimated"), ("small", "Small"), ("medium", "Medium"), ("large", "Large")]
TREATMENTS = [
    (word, word.capitalize())
    for word in ("open", "accepted", "transferred", "avoided", "dismissed")
]
VERDICTS = [
    (word, word.capitalize())
    for word in ("broken", "held", "inconclusive", "stale", "untested", "not testable here")
]
DECISIONS = [
    ("accept", "Accept the risk"),
    ("transfer", "Transfer it"),
    ("avoid", "Avoid it: the part goes or changes"),
    ("dismiss", "Dismiss: it does not apply here"),
    ("reopen", "Open again"),
]
# Beside the decisions: who is to do something about what was ticked.
ASSIGN = "assign"
RUNNING = (JobState.QUEUED, JobState.RUNNING)


def level_field(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("", "As computed"), *LEVELS],
        coerce=Level.parse,
        required=False,
        empty_value=None,
    )


class Day(forms.DateInput):
    input_type = "date"


class SystemForm(forms.Form):
    name = forms.CharField(max_length=200, label="Name of the system")
    blueprint = forms.SlugField(max_length=64, required=False, widget=forms.HiddenInput)


class WorkshopForm(forms.Form):
    title = forms.CharField(max_length=200, required=False, label="What is it about?")


class BaselineForm(forms.Form):
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    name = forms.CharField(max_length=200, label="Name")
    note = forms.CharField(
        max_length=10_000,
        required=False,
        label="Note",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ImportForm(forms.Form):
    file = forms.FileField(label="File to import")


class OwnCatalogForm(forms.Form):
    file = forms.FileField(label="YAML file", allow_empty_file=True)


def one_of(*words: str) -> forms.ChoiceField:
    return forms.ChoiceField(required=False, choices=[("", "Any"), *((one, one) for one in words)])


class FindingFilter(forms.Form):
    """What stands in the address of a register; each error names its part of it."""

    q = forms.CharField(required=False, max_length=200)
    level = forms.ChoiceField(required=False, choices=ANY_LEVEL)
    treatment = forms.ChoiceField(required=False, choices=[("", "Any state"), *TREATMENTS])
    verdict = forms.ChoiceField(required=False, choices=[("", "Any evidence"), *VERDICTS])
    position = one_of("within", "above")
    answered = one_of("none", "planned", "implemented", "verified")
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
        choices=[*DECISIONS, (ASSIGN, "Assign: plan it for somebody")], label="Decision"
    )
    reason = forms.CharField(max_length=10_000, label="Why")
    owner = forms.CharField(max_length=200, required=False, label="Owner")
    until = forms.DateField(required=False, widget=Day, label="Until")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("action") == ASSIGN and not cleaned.get("owner"):
            self.add_error("owner", "Say who is to do it")
        return cleaned


class SavedViewForm(forms.Form):
    name = forms.CharField(max_length=80, label="Name of the view")
    query = forms.CharField(max_length=2000, required=False)
    shared = forms.BooleanField(required=False, label="For everybody here")


class DecisionForm(forms.Form):
    action = forms.ChoiceField(choices=DECISIONS, label="Decision")
    reason = forms.CharField(
        max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}), label="Why"
    )
    until = forms.DateField(required=False, widget=Day, label="Until", help_text="Then it reopens.")


class RatingForm(forms.Form):
    likelihood = level_field("Likelihood")
    impact = level_field("Impact")
    reason = forms.CharField(
        max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}), label="Why"
    )


class MitigationForm(forms.Form):
    title = forms.CharField(max_length=200, required=False, label="Title")
    control = forms.ChoiceField(required=False, label="Control")
    status = forms.ChoiceField(choices=MITIGATION_STATUS, initial="planned", label="Status")
    owner = forms.CharField(max_length=200, required=False, label="Owner")
    due = forms.DateField(required=False, widget=Day, label="Due")
    effort = forms.ChoiceField(choices=EFFORTS, required=False, label="Effort")
    note = forms.CharField(
        max_length=10_000, required=False, widget=forms.Textarea(attrs={"rows": 2}), label="Note"
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, catalog: Catalog, *args: Any, controls: tuple[str, ...] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        known = [id for id in controls if id in catalog.controls] or sorted(
            catalog.controls, key=lambda id: catalog.controls[id].title
        )
        titles = [(id, catalog.controls[id].title) for id in known]
        self.fields["control"].choices = [("", "One of our own"), *titles]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("title") and not cleaned.get("control"):
            self.add_error("title", "Name the mitigation or choose a control")
        return cleaned


class ModelForm(forms.Form):
    component = forms.ChoiceField(label="Component")
    name = forms.CharField(max_length=200, required=False, label="Name")
    model = forms.FileField(label="Model (.onnx)")
    dataset = forms.FileField(label="Data set (.npz with x and y; texts also as .csv)")
    description = forms.FileField(label="dataset.yaml")

    def __init__(self, components: list[tuple[str, str]], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["component"].choices = components  # type: ignore[attr-defined]  # a ChoiceField


# What reports are made as: the name of each, and what it is for.
FORMATS = {
    "pdf": ("PDF", "the risk assessment, to hand over"),
    "html": ("HTML", "the same as one file, for browsers"),
    "xlsx": ("XLSX", "everything as a workbook"),
    "csv": ("CSV", "the findings, for trackers"),
    "bartizan": ("Full export", "everything there is, to import again"),
    "json": ("JSON", "the assessment, for programs"),
    "sarif": ("SARIF", "findings, for code scanning"),
    "atlas-layer": ("ATLAS layer", "coverage, for the ATLAS Navigator"),
}


class ReportForm(forms.Form):
    format = forms.ChoiceField(
        choices=[(id, f"{name}: {purpose}") for id, (name, purpose) in FORMATS.items()],
        widget=forms.RadioSelect,
        initial="pdf",
        label="Format",
    )
    paper = forms.ChoiceField(
        choices=[("A4", "A4"), ("Letter", "Letter")], required=False, initial="A4", label="Paper"
    )
    classification = forms.CharField(
        max_length=60, required=False, initial="Confidential", label="Classification"
    )


class InviteForm(forms.Form):
    email = forms.EmailField(required=False, label="E-mail (only this person may use it)")

    field_order = ("role", "system", "email")

    def __init__(self, workspace: Workspace, roles: list[str], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = [one for one in Role.choices if one[0] in roles]
        self.fields["role"] = forms.ChoiceField(choices=choices, initial=Role.EDITOR, label="Role")
        self.fields["system"] = forms.ModelChoiceField(
            workspace.systems.filter(deleted_at=None).order_by("name"),
            required=False,
            empty_label="All of them",
            label="System (for a guest, who sees only this one)",
        )
        self.order_fields(self.field_order)


class TokenForm(forms.Form):
    name = forms.CharField(max_length=200, label="What it is for")
    scope = forms.ChoiceField(choices=Scope.choices, label="May")
    days = forms.IntegerField(
        min_value=1, max_value=730, required=False, initial=90, label="Ends after (days)"
    )


class JoinForm(forms.Form):
    username = forms.CharField(max_length=150, label="Name")
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        label="Password",
        help_text="At least 12 characters.",
    )


class PasswordForm(forms.Form):
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        label="Password",
        help_text="At least 12 characters.",
    )
