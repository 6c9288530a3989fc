"""Rows. They know their fields and constraints; rights are in gate, writes in services."""

from .audit import AuditEntry
from .baseline import Baseline
from .catalogs import CatalogSnapshot, OwnCatalog
from .chunk import Chunk
from .comment import Comment, Mention
from .decision import DecisionRow
from .endpoint import Endpoint, EndpointAccount, EndpointHalt
from .errand import Errand
from .finding import FindingRow
from .job import Job, Leased
from .linked import EvidenceRow, LinkedModel, Run
from .mitigation import Attachment, MitigationFinding, MitigationRow
from .notice import Notice, NoticeWish
from .official import OfficialFile, OfficialText
from .person import Invite, Member, SigninLink, Token, Workspace
from .report import BroughtRecord, Report, ReportLook, ReportProfile
from .schedule import Alert, Occasion, Schedule
from .signing import SigningKey
from .system import ElementRow, LogEntry, System
from .tracker import Delivery, Ticket, Tracker
from .view import SavedView
from .workshop import Participant, Vote, VoteRound, Workshop, WorkshopNote

__all__ = [
    "Alert",
    "Attachment",
    "AuditEntry",
    "Baseline",
    "BroughtRecord",
    "CatalogSnapshot",
    "Chunk",
    "Comment",
    "DecisionRow",
    "Delivery",
    "ElementRow",
    "Endpoint",
    "EndpointAccount",
    "EndpointHalt",
    "Errand",
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
    "Notice",
    "NoticeWish",
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
    "Ticket",
    "Token",
    "Tracker",
    "Vote",
    "VoteRound",
    "Workshop",
    "WorkshopNote",
    "Workspace",
]
