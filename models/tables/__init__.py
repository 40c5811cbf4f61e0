"""One file per subject; every table of the product."""

from models.tables.activities import Activity, CatalogueItem, Occasion, Precedent, SignOff
from models.tables.assessments import (
    Assessment,
    AssessmentComment,
    AssessmentDraft,
    KeptSentence,
    Settlement,
    TimedDecision,
)
from models.tables.certificates import Application, Certificate
from models.tables.enrolments import Enrolment, Extension
from models.tables.events import Event
from models.tables.fairness import Conflict
from models.tables.gatherings import Gathering, Invitation, SignUp
from models.tables.jobs import Job, SpeechModel
from models.tables.media import Correction, MediaItem, Transcript, Translation, Upload
from models.tables.meetings import Meeting, MeetingCase, MeetingPresence, ShownDraft
from models.tables.notices import Letter, Notice, NoticeChoice, PushSubscription
from models.tables.people import OneTimeLink, Person, Role, RoleKind, Session
from models.tables.programmes import Contact, Institution, Programme, RuleSetDraft, RuleSetVersion
from models.tables.reflections import Post, Reflection, ReflectionKind, Version
from models.tables.searching import SearchText

__all__ = [
    "Activity",
    "Application",
    "Assessment",
    "AssessmentComment",
    "AssessmentDraft",
    "CatalogueItem",
    "Certificate",
    "Conflict",
    "Contact",
    "Correction",
    "Enrolment",
    "Event",
    "Extension",
    "Gathering",
    "Institution",
    "Invitation",
    "Job",
    "KeptSentence",
    "Letter",
    "MediaItem",
    "Meeting",
    "MeetingCase",
    "MeetingPresence",
    "Notice",
    "NoticeChoice",
    "Occasion",
    "OneTimeLink",
    "Person",
    "Post",
    "Precedent",
    "Programme",
    "PushSubscription",
    "Reflection",
    "ReflectionKind",
    "Role",
    "RoleKind",
    "RuleSetDraft",
    "RuleSetVersion",
    "SearchText",
    "Session",
    "Settlement",
    "ShownDraft",
    "SignOff",
    "SignUp",
    "SpeechModel",
    "TimedDecision",
    "Transcript",
    "Translation",
    "Upload",
    "Version",
]
