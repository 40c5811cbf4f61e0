"""`cim doctor`: what this machine can do, and what is missing, in words."""

import argparse
from pathlib import Path

from models.settings import Settings
from transcription import weights
from transcription.choice import kept_choice
from transcription.room import CHILD_BYTES, GIB, room_here


def doctor(_wanted: argparse.Namespace, settings: Settings) -> None:
    """Print it; nothing is changed."""
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
