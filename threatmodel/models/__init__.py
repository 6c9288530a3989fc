"""Rows. They know their fields and constraints; rights are in gate, writes in services."""

from .audit import AuditEntry
from .baseline import Baseline
from .catalogs import CatalogSnapshot, OwnCatalog
from .chunk import Chunk
from .comment import Comment, Mention
from .decision import DecisionRow, MitigationFinding, MitigationRow
from .endpoint import Endpoint, EndpointAccount, EndpointHalt
from .finding import FindingRow
from .job import Job, Leased
from .linked import EvidenceRow, LinkedModel, Run
from .official import OfficialFile, OfficialText
from .person import Invite, Member, SigninLink, Token, Workspace
from .report import BroughtRecord, Report, ReportLook, ReportProfile
from .schedule import Alert, Occasion, Schedule
from .signing import SigningKey
from .system import ElementRow, LogEntry, System
from .view import SavedView
from .workshop import Participant, Vote, VoteRound, Workshop, WorkshopNote

__all__ = [
    "Alert",
    "AuditEntry",
    "Baseline",
    "BroughtRecord",
    "CatalogSnapshot",
    "Chunk",
    "Comment",
    "DecisionRow",
    "ElementRow",
    "Endpoint",
    "EndpointAccount",
    "EndpointHalt",
    "EvidenceRow",
    "FindingRow",
    "Invite",
    "Job",
    "Leased",
    "LinkedModel",
    "LogEntry",
    "Member",
    "Mention",
    "MitigationFinding",
    "MitigationRow",
    "Occasion",
    "OfficialFile",
    "OfficialText",
    "OwnCatalog",
    "Participant",
    "Report",
    "ReportLook",
    "ReportProfile",
    "Run",
    "SavedView",
    "Schedule",
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
