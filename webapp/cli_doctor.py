"""`cim doctor`: what this machine can do, and what is missing, in words."""

import argparse
import smtplib
from pathlib import Path
from urllib.parse import urlsplit

from models.settings import Settings
from transcription import weights
from transcription.choice import kept_choice
from transcription.room import CHILD_BYTES, GIB, room_here
from webapp.mail_server import MailServer, trouble


def doctor(_wanted: argparse.Namespace, settings: Settings) -> None:
    """Print it; nothing is changed."""
    _mail(settings)
    room = room_here(settings.transcribers)
    print(f"Cores: {room.cores}; recordings that are written down at a time: {room.lanes}")
    if room.memory_bytes is None:
        print("Memory: this system does not tell how much is free")
    else:
        fitting = max(1, room.memory_bytes // CHILD_BYTES)
        print(f"Memory for speech (half of what is free): {room.memory_bytes / GIB:.1f} GB, small models: {fitting}")
    here = weights.names_here(settings.models_folder)
    print(f"Speech models on this machine: {', '.join(here) or 'none'}")
    if settings.speech_model not in here and not Path(settings.speech_model).is_file():
        raise weights.ModelMissing(name=settings.speech_model)
    print(f"Speech model for transcripts: {settings.speech_model}")
    tested = kept_choice(settings.models_folder, Path(settings.speech_model).stem)
    print(f"Computed with: {tested.words if tested else 'measured when the first recording is written down'}")


def _mail(settings: Settings) -> None:
    """Say whether letters can go out, without sending one."""
    if not settings.smtp_url:
        print("Mail: none is sent, since CIM_SMTP_URL is not set; notices stand in the application")
        return
    host = urlsplit(settings.smtp_url).hostname
    server = MailServer(settings.smtp_url)
    try:
        server.enter().quit()
    except (smtplib.SMTPException, OSError) as error:
        print(f"Mail: {host} does not take letters now ({trouble(error)}); they are tried for two days")
    else:
        print(f"Mail: {host} answers; letters come from {settings.mail_from}")
