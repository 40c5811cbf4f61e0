"""What an installation can set, read once by an entry point; README.md names every setting."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

EMBEDDED = "embedded"
"""Jobs are done beside the website, in the same process."""
ELSEWHERE = "elsewhere"
"""Jobs are done by `cim worker`, here or on other machines."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation. `public_origin` is the address in the browser, without a path: `https://cim.example.edu`.

    So many recordings are written down at a time; 0 `transcribers`: one for each two cores.
    """

    data_folder: Path = Path("cim-data")
    database_url: str = ""
    store: Path | None = None
    workers: str = EMBEDDED
    public_origin: str = "http://localhost:8080"
    speech_model: str = "base"
    transcribers: int = 0
    recording_limit_bytes: int = 1_000_000_000
    photo_limit_bytes: int = 40_000_000
    person_limit_bytes: int = 5_000_000_000
    smtp_url: str = field(default="", repr=False)  # It may hold a password.
    mail_from: str = ""
    session_idle_hours: int = 168
    session_total_hours: int = 720
    is_demo: bool = False

    @property
    def database_file(self) -> Path:
        """The SQLite file."""
        return self.data_folder / "cim.sqlite3"

    @property
    def database(self) -> Path | str:
        """Where rows are: the SQLite file, or the address of a PostgreSQL database."""
        return self.database_url or self.database_file

    @property
    def media_folder(self) -> Path:
        """Where uploads and what is made of them live: the store that machines share, or a part of the data folder."""
        return self.store or self.data_folder / "media"

    @property
    def models_folder(self) -> Path:
        """Where weights of speech models live."""
        return self.data_folder / "models"

    @property
    def session_idle(self) -> timedelta:
        """After so long without use a sign-in ends."""
        return timedelta(hours=self.session_idle_hours)

    @property
    def session_total(self) -> timedelta:
        """After so long every sign-in ends."""
        return timedelta(hours=self.session_total_hours)

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the application over TLS; without it, only localhost keeps a session safe."""
        return urlsplit(self.public_origin).scheme == "https"


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the `CIM_…` variables; ValueError names the one that is wrong."""
    standard = Settings()

    def whole(name: str, default: int) -> int:
        text = environment.get(name, str(default))
        if not text.isdecimal() or int(text) == 0:
            message = f"{name} must be a whole number above 0, not {text!r}"
            raise ValueError(message)
        return int(text)

    origin = environment.get("CIM_PUBLIC_ORIGIN", standard.public_origin).rstrip("/")
    parts = urlsplit(origin)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        message = (
            f"CIM_PUBLIC_ORIGIN must be an address without a path, such as https://cim.example.edu, not {origin!r}"
        )
        raise ValueError(message)
    database_url = environment.get("CIM_DATABASE_URL", "")
    if database_url and urlsplit(database_url).scheme not in {"postgres", "postgresql"}:
        # The address may hold a password: it is not repeated.
        message = "CIM_DATABASE_URL must be an address such as postgres://cim@db.example.edu/cim"
        raise ValueError(message)
    workers = environment.get("CIM_WORKERS", EMBEDDED)
    if workers not in {EMBEDDED, ELSEWHERE}:
        message = f"CIM_WORKERS must be {EMBEDDED} or {ELSEWHERE}, not {workers!r}"
        raise ValueError(message)
    if workers == ELSEWHERE and not database_url:
        message = "CIM_WORKERS=elsewhere needs CIM_DATABASE_URL: a SQLite file is for one process"
        raise ValueError(message)
    store = environment.get("CIM_STORE", "")
    if "://" in store:
        message = f"CIM_STORE must be a folder that all machines see, not {store!r}"
        raise ValueError(message)
    smtp_url, mail_from = environment.get("CIM_SMTP_URL", ""), environment.get("CIM_MAIL_FROM", "")
    _check_mail(smtp_url, mail_from)
    return Settings(
        data_folder=Path(environment.get("CIM_DATA", str(standard.data_folder))),
        database_url=database_url,
        store=Path(store) if store else None,
        workers=workers,
        public_origin=origin,
        speech_model=environment.get("CIM_SPEECH_MODEL", standard.speech_model),
        transcribers=whole("CIM_TRANSCRIBERS", 0) if "CIM_TRANSCRIBERS" in environment else 0,
        recording_limit_bytes=whole("CIM_RECORDING_LIMIT_MB", 1000) * 1_000_000,
        photo_limit_bytes=whole("CIM_PHOTO_LIMIT_MB", 40) * 1_000_000,
        person_limit_bytes=whole("CIM_PERSON_LIMIT_MB", 5000) * 1_000_000,
        smtp_url=smtp_url,
        mail_from=mail_from,
        session_idle_hours=whole("CIM_SESSION_IDLE_HOURS", standard.session_idle_hours),
        session_total_hours=whole("CIM_SESSION_TOTAL_HOURS", standard.session_total_hours),
    )


def _check_mail(smtp_url: str, mail_from: str) -> None:
    if not smtp_url:
        return
    parts = urlsplit(smtp_url)
    try:
        is_whole = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # Its port is no number.
        is_whole = False
    if not is_whole or parts.query not in {"", "starttls"}:
        # The address may hold a password: it is not repeated.
        message = "CIM_SMTP_URL must be an address such as smtp://cim:password@mail.example.edu?starttls or smtps://…"
        raise ValueError(message)
    is_open = parts.scheme == "smtp" and not parts.query and parts.hostname not in {"localhost", "127.0.0.1", "::1"}
    if parts.password and is_open:
        message = "CIM_SMTP_URL would send its password for everybody to read: add ?starttls, or use smtps://"
        raise ValueError(message)
    name, _, host = mail_from.rpartition("@")
    if not name or not host or not mail_from.isprintable() or " " in mail_from:
        message = (
            f"CIM_MAIL_FROM must be the address that letters come from, such as cim@example.edu, not {mail_from!r}"
        )
        raise ValueError(message)
