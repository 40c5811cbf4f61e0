"""One file per subject; every table of the product."""

from models.tables.activities import Activity, CatalogueItem, Occasion
from models.tables.assessments import Assessment
from models.tables.certificates import Application, Certificate
from models.tables.enrolments import Enrolment, Extension
from models.tables.events import Event
from models.tables.jobs import Job
from models.tables.media import Correction, MediaItem, Transcript, Upload
from models.tables.people import OneTimeLink, Person, Role, RoleKind, Session
from models.tables.programmes import Institution, Programme, RuleSetVersion
from models.tables.reflections import Post, Reflection, ReflectionKind, Version

__all__ = [
    "Activity",
    "Application",
    "Assessment",
    "CatalogueItem",
    "Certificate",
    "Correction",
    "Enrolment",
    "Event",
    "Extension",
    "Institution",
    "Job",
    "MediaItem",
    "Occasion",
    "OneTimeLink",
    "Person",
    "Post",
    "Programme",
    "Reflection",
    "ReflectionKind",
    "Role",
    "RoleKind",
    "RuleSetVersion",
    "Session",
    "Transcript",
    "Upload",
    "Version",
]
