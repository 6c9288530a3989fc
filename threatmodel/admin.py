"""The operator's view: read mostly, since every write belongs to a service."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest

from . import models

# One door: that of the framework knows neither a second factor nor a limit of attempts.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class ReadOnly(admin.ModelAdmin):
    """Rows can be looked at; changing them past the services would break the log."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(models.Workspace)
class WorkspaceAdmin(ReadOnly):
    list_display = ["name", "created_at"]


@admin.register(models.Member)
class MemberAdmin(ReadOnly):
    list_display = ["user", "workspace", "role"]
    list_filter = ["role"]


@admin.register(models.System)
class SystemAdmin(ReadOnly):
    list_display = ["name", "workspace", "revision", "changed_at", "deleted_at"]


@admin.register(models.LogEntry)
class LogEntryAdmin(ReadOnly):
    list_display = ["system", "revision", "kind", "by_name", "at"]
    list_filter = ["kind"]


@admin.register(models.Run)
class RunAdmin(ReadOnly):
    list_display = ["test", "state", "system", "created_by_name", "created_at"]
    list_filter = ["state"]


@admin.register(models.Report)
class ReportAdmin(ReadOnly):
    list_display = ["format", "state", "system", "created_by_name", "created_at"]
    list_filter = ["state"]


@admin.register(models.AuditEntry)
class AuditEntryAdmin(ReadOnly):
    list_display = ["at", "by_name", "action", "subject"]
    list_filter = ["action"]
