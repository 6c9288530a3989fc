"""The routes of REST. One that is not built yet does not exist."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularJSONAPIView

from . import (
    baselines,
    blueprints,
    catalog,
    catalogs,
    comments,
    coverage,
    decisions,
    document,
    evidence,
    findings,
    line,
    mitigations,
    models,
    official,
    paths,
    reports,
    runs,
    systems,
    tokens,
    workshops,
    workspaces,
)

urlpatterns = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    # who may what
    path("workspaces/", workspaces.Workspaces.as_view()),
    path("workspaces/<uuid:id>/", workspaces.WorkspaceDetail.as_view()),
    path("workspaces/<uuid:id>/catalog/", catalogs.OwnCatalogs.as_view()),
    path("members/", workspaces.Members.as_view()),
    path("members/<uuid:id>/", workspaces.MemberDetail.as_view()),
    path("invites/", workspaces.Invites.as_view()),
    path("invites/accept/", workspaces.InviteAccept.as_view()),
    path("invites/<uuid:id>/", workspaces.InviteDetail.as_view()),
    path("tokens/", tokens.Tokens.as_view()),
    path("tokens/<uuid:id>/", tokens.TokenDetail.as_view()),
    path("audit/", workspaces.Audit.as_view()),
    # systems
    path("systems/", systems.Systems.as_view()),
    path("systems/import/", systems.SystemImport.as_view()),
    path("systems/<uuid:id>/", systems.SystemDetail.as_view()),
    path("systems/<uuid:id>/undelete/", systems.SystemUndelete.as_view()),
    path("systems/<uuid:id>/catalog/", catalogs.SystemCatalog.as_view()),
    # the drawing
    path("systems/<uuid:id>/document/", document.Document.as_view()),
    path("systems/<uuid:id>/operations/", document.Operations.as_view()),
    path("systems/<uuid:id>/undo/", document.Undo.as_view()),
    path("systems/<uuid:id>/restore/", document.Restore.as_view()),
    path("systems/<uuid:id>/log/", document.Log.as_view()),
    path("systems/<uuid:id>/log/<int:revision>/", baselines.LogStep.as_view()),
    path("systems/<uuid:id>/baselines/", baselines.Baselines.as_view()),
    path("systems/<uuid:id>/compare/", baselines.Compare.as_view()),
    path("systems/<uuid:id>/branch/", baselines.Branch.as_view()),
    path("baselines/<uuid:id>/", baselines.BaselineDetail.as_view()),
    path("systems/<uuid:id>/line/", line.Line.as_view()),
    path("systems/<uuid:id>/diagram.svg", document.Diagram.as_view()),
    # what follows
    path("systems/<uuid:id>/findings/", findings.Findings.as_view()),
    path("systems/<uuid:id>/findings/<str:key>/", findings.FindingDetail.as_view()),
    path("systems/<uuid:id>/explain/<str:threat>/<str:element>/", findings.Explain.as_view()),
    path("systems/<uuid:id>/questions/", findings.Questions.as_view()),
    path("systems/<uuid:id>/coverage/", coverage.SystemLists.as_view()),
    path("systems/<uuid:id>/paths/", paths.Paths.as_view()),
    path("systems/<uuid:id>/plan/", paths.Plan.as_view()),
    path("systems/<uuid:id>/scenarios/", findings.Scenarios.as_view()),
    # what people enter
    path("systems/<uuid:id>/decisions/", decisions.Decisions.as_view()),
    path("systems/<uuid:id>/mitigations/", mitigations.Mitigations.as_view()),
    path(
        "systems/<uuid:id>/mitigations/<uuid:mitigation>/", mitigations.MitigationDetail.as_view()
    ),
    path("systems/<uuid:id>/evidence/", evidence.Evidence.as_view()),
    path("evidence/<uuid:id>/adopt/", evidence.EvidenceAdopt.as_view()),
    # what people say
    path("systems/<uuid:id>/comments/", comments.Comments.as_view()),
    path("systems/<uuid:id>/people/", comments.People.as_view()),
    path("comments/<uuid:id>/", comments.CommentDetail.as_view()),
    path("comments/<uuid:id>/resolve/", comments.Resolve.as_view()),
    path("comments/<uuid:id>/read/", comments.Seen.as_view()),
    # workshops
    path("systems/<uuid:id>/workshops/", workshops.Workshops.as_view()),
    path("workshops/<uuid:id>/", workshops.WorkshopDetail.as_view()),
    path("workshops/<uuid:id>/join/", workshops.Join.as_view()),
    path("workshops/<uuid:id>/lead/", workshops.Lead.as_view()),
    path("workshops/<uuid:id>/rounds/", workshops.Rounds.as_view()),
    path("workshops/<uuid:id>/vote/", workshops.Cast.as_view()),
    path("workshops/<uuid:id>/reveal/", workshops.Reveal.as_view()),
    path("workshops/<uuid:id>/drop/", workshops.Drop.as_view()),
    path("workshops/<uuid:id>/decide/", workshops.Decide.as_view()),
    path("workshops/<uuid:id>/confirm/", workshops.Confirm.as_view()),
    path("workshops/<uuid:id>/notes/", workshops.Park.as_view()),
    path("workshops/<uuid:id>/end/", workshops.End.as_view()),
    # what is measured
    path("models/", models.Models.as_view()),
    path("models/<uuid:id>/", models.ModelDetail.as_view()),
    path("models/<uuid:id>/consent/", models.ModelConsent.as_view()),
    path("models/<uuid:id>/stop/", models.ModelStop.as_view()),
    path("models/<uuid:id>/resume/", models.ModelResume.as_view()),
    path("runs/", runs.Runs.as_view()),
    path("runs/<uuid:id>/", runs.RunDetail.as_view()),
    path("runs/<uuid:id>/cancel/", runs.RunCancel.as_view()),
    # what is handed over
    path("systems/<uuid:id>/reports/", reports.Reports.as_view()),
    path("reports/<uuid:id>/", reports.ReportDetail.as_view()),
    path("reports/<uuid:id>/file/", reports.ReportFile.as_view()),
    path("reports/<uuid:id>/cancel/", reports.ReportCancel.as_view()),
    # what is known
    path("catalog/", catalog.Whole.as_view()),
    path("catalog/blueprints/", blueprints.Blueprints.as_view()),
    path("catalog/blueprints/<str:id>/", blueprints.BlueprintDetail.as_view()),
    path("catalog/coverage/", coverage.Lists.as_view()),
    path("catalog/<str:kind>/", catalog.Entries.as_view()),
    path("catalog/<str:kind>/<str:id>/", catalog.Entry.as_view()),
    path("catalog/frameworks/<str:framework>/<str:id>/", official.FrameworkEntry.as_view()),
]
