"""The addresses of pages. Every row has its own."""

from __future__ import annotations

from django.urls import path

from . import (
    catalog,
    findings,
    history,
    home,
    mitigations,
    people,
    reports,
    signin,
    systems,
    tests,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("systems/new/", home.create, name="create"),
    path("systems/import/", home.bring, name="import"),
    path("systems/<uuid:id>/", systems.diagram, name="diagram"),
    path("systems/<uuid:id>/delete/", home.delete, name="delete"),
    path("systems/<uuid:id>/undelete/", home.undelete, name="undelete"),
    path("systems/<uuid:id>/findings/", findings.findings, name="findings"),
    path("systems/<uuid:id>/findings/<str:key>/", findings.finding, name="finding"),
    path("systems/<uuid:id>/findings/<str:key>/decide/", findings.decide, name="decide"),
    path("systems/<uuid:id>/findings/<str:key>/rate/", findings.rate, name="rate"),
    path("systems/<uuid:id>/findings/<str:key>/plan/", findings.plan, name="plan"),
    path("systems/<uuid:id>/mitigations/", mitigations.mitigations, name="mitigations"),
    path("mitigations/<uuid:id>/", mitigations.mitigation, name="mitigation"),
    path("mitigations/<uuid:id>/status/", mitigations.change_status, name="mitigation-status"),
    path("mitigations/<uuid:id>/delete/", mitigations.delete, name="mitigation-delete"),
    path("systems/<uuid:id>/tests/", tests.tests, name="tests"),
    path("systems/<uuid:id>/report/", reports.report, name="report"),
    path("systems/<uuid:id>/history/", history.history, name="history"),
    path("systems/<uuid:id>/history/<uuid:op>/undo/", history.undo, name="undo"),
    path("systems/<uuid:id>/history/<int:revision>/restore/", history.restore, name="restore"),
    path("catalog/", catalog.catalog, name="catalog"),
    path("catalog/<slug:sort>/", catalog.catalog, name="catalog-sort"),
    path("catalog/<slug:sort>/<slug:id>/", catalog.entry, name="catalog-entry"),
    path("people/", people.people, name="people"),
    path("workspaces/<uuid:id>/invite/", people.invite, name="invite"),
    path("workspaces/<uuid:id>/token/", people.make_token, name="token-make"),
    path("invites/<uuid:id>/withdraw/", people.withdraw, name="invite-withdraw"),
    path("members/<uuid:id>/role/", people.change_role, name="member-role"),
    path("members/<uuid:id>/remove/", people.remove, name="member-remove"),
    path("tokens/<uuid:id>/revoke/", people.revoke, name="token-revoke"),
    path("signin/<str:secret>/", signin.link, name="signin-link"),
    path("join/<str:secret>/", signin.join, name="join"),
    path("password/", signin.password, name="password"),
]
