"""Rows. They know their fields and constraints; rights are in gate, writes in services."""

from .audit import AuditEntry
from .baseline import Baseline
from .catalogs import CatalogSnapshot, OwnCatalog
from .comment import Comment, Mention
from .decision import DecisionRow, MitigationFinding, MitigationRow
from .finding import FindingRow
from .job import Job
from .linked import EvidenceRow, LinkedModel, Run
from .official import OfficialFile, OfficialText
from .person import Invite, Member, SigninLink, Token, Workspace
from .report import BroughtRecord, Report, ReportLook, ReportProfile
from .system import ElementRow, LogEntry, System
from .workshop import Participant, Vote, VoteRound, Workshop, WorkshopNote

__all__ = [
    "AuditEntry",
    "Baseline",
    "BroughtRecord",
    "CatalogSnapshot",
    "Comment",
    "DecisionRow",
    "ElementRow",
    "EvidenceRow",
    "FindingRow",
    "Invite",
    "Job",
    "LinkedModel",
    "LogEntry",
    "Member",
    "Mention",
    "MitigationFinding",
    "MitigationRow",
    "OfficialFile",
    "OfficialText",
    "OwnCatalog",
    "Participant",
    "Report",
    "ReportLook",
    "ReportProfile",
    "Run",
    "SigninLink",
    "SigningKey",
    "System",
    "Token",
    "Vote",
    "VoteRound",
    "Workshop",
    "WorkshopNote",
    "Workspace",
]
