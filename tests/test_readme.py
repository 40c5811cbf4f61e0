"""The README says what the code does."""

import re
from pathlib import Path

import pytest

from models import states
from models.settings import Settings, from_environment
from webapp.sites.reading import site_names

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
MOVES = (*states.ENROLMENT_MOVES, *states.ACTIVITY_MOVES, *states.REFLECTION_MOVES, *states.APPLICATION_MOVES)


def test_readme_names_every_setting_and_no_other() -> None:
    source = (ROOT / "models" / "settings.py").read_text()

    named = set(re.findall(r"^\| `(CIM_\w+)`", README, re.MULTILINE))

    assert named == set(re.findall(r'"(CIM_\w+)"', source))


def test_readme_draws_every_move_and_no_other() -> None:
    arrows = set(re.findall(r"^ +(\w+) --> (\w+): (\w+)$", README, re.MULTILINE))

    assert arrows == {(source.value, move.target.value, move.name) for move in MOVES for source in move.sources}


def test_readme_names_every_site() -> None:
    options = README[README.index("--site NAME") : README.index("`cim programme")]

    assert set(re.findall(r"`([a-z-]+)`", options)) == set(site_names())


def test_readme_is_at_most_two_hundred_lines() -> None:
    assert len(README.splitlines()) <= 200


def test_ci_runs_the_test_command_of_the_readme() -> None:
    command = next(line.strip() for line in README.splitlines() if line.strip().endswith("-m tests"))

    commands = (ROOT / ".ci" / "run").read_text().splitlines()

    assert [line for line in commands if line.replace("install -q ", "install ").startswith(command)] != []


def test_settings_come_from_the_environment() -> None:
    settings = from_environment({"CIM_DATA": "/srv/cim", "CIM_PHOTO_LIMIT_MB": "12", "CIM_SESSION_IDLE_HOURS": "1"})

    assert settings == Settings(Path("/srv/cim"), photo_limit_bytes=12_000_000, session_idle_hours=1)


def test_settings_name_what_several_machines_share() -> None:
    settings = from_environment(
        {"CIM_DATABASE_URL": "postgres://cim@db/cim", "CIM_STORE": "/net/cim", "CIM_WORKERS": "elsewhere"}
    )

    assert (settings.database, settings.media_folder, settings.workers) == (
        "postgres://cim@db/cim",
        Path("/net/cim"),
        "elsewhere",
    )


def test_the_password_of_a_wrong_address_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="CIM_DATABASE_URL") as refusal:
        from_environment({"CIM_DATABASE_URL": "mysql://cim:secret@db/cim"})

    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("sender", ["", "cim", "cim@", "a@example.edu\nBcc: b@example.edu", "a b@example.edu"])
def test_letters_come_from_a_whole_address(sender: str) -> None:
    with pytest.raises(ValueError, match="CIM_MAIL_FROM"):
        from_environment({"CIM_SMTP_URL": "smtp://mail.example.edu", "CIM_MAIL_FROM": sender})


def test_settings_name_the_mail_server_and_show_its_password_to_nobody() -> None:
    url = "smtp://cim:secret@mail.example.edu?starttls"

    settings = from_environment({"CIM_SMTP_URL": url, "CIM_MAIL_FROM": "cim@example.edu"})

    assert (settings.smtp_url, settings.mail_from) == (url, "cim@example.edu")
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CIM_WORKERS", "everywhere"),
        ("CIM_WORKERS", "elsewhere"),
        ("CIM_STORE", "s3://bucket/cim"),
        ("CIM_PHOTO_LIMIT_MB", "many"),
        ("CIM_PHOTO_LIMIT_MB", "0"),
        ("CIM_SMTP_URL", "mail.example.edu"),
        ("CIM_SMTP_URL", "smtp://mail.example.edu?tls"),
        ("CIM_SMTP_URL", "smtp://cim:secret@mail.example.edu"),
        ("CIM_SMTP_URL", "smtp://mail.example.edu:port"),
        ("CIM_PUBLIC_ORIGIN", "cim.example.edu"),
        ("CIM_PUBLIC_ORIGIN", "https://cim.example.edu/path"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        from_environment({name: value})
