"""Warm children for several models and several jobs at a time, never more than memory has room for."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from transcription import weights
from transcription.room import Room, child_bytes
from transcription.speech import Speech
from transcription.warm import CHILD_IN_BACKGROUND, Growing, HeardNow, WarmEngine

MODELS_KEPT_WARM = 2
"""A school of two languages changes between two models all day; a third one is loaded when it is needed."""

LISTENS_SECONDS = 60.0
"""So long after it last heard of a recording that goes on, a child is kept for that one where memory has room."""


class Transcriber(Protocol):
    """What a job needs of the speech part."""

    async def locate(self, model: str) -> str:
        """Find a model by its name, or the default one for an empty name; gives the name that a transcript will have.

        Raises ModelMissing, ModelUnknown, ModelDamaged.
        """

    async def transcribe(
        self, samples_path: Path, *, model: str, language: str | None, on_progress: Callable[[float], None]
    ) -> Speech:
        """Transcribe a file of raw 16 kHz mono samples, signed 16 bit, little-endian, with a model as in `locate`.

        `on_progress` gets the seconds done. Raises EngineFailed.
        """

    async def translate(
        self, samples_path: Path, *, model: str, language: str | None, on_progress: Callable[[float], None]
    ) -> Speech:
        """Say in English what is said in such a file, a word for each sentence; otherwise as `transcribe`."""

    async def hear(self, growing: Growing, *, model: str, language: str | None) -> Speech | HeardNow:
        """Hear what became final of a recording since the last call: at the end it is the whole speech.

        Raises EngineFailed; after that it must begin anew, and that is all where it is `Forgotten`.
        """

    async def close(self) -> None:
        """End the work and free what it holds."""


@dataclass(frozen=True, slots=True)
class _Weights:
    """A file as it was when it was found: another one in its place is another model."""

    path: Path
    size: int
    changed_ns: int


@dataclass(slots=True)
class _Member:
    weights: _Weights
    engine: WarmEngine
    needs_bytes: int
    listened_at: dict[str, float] = field(default_factory=dict)
    """When it last heard of each recording that goes on, on the loop's clock."""

    def listens(self, now: float) -> bool:
        """Tell whether a recording goes on that only this child knows the beginning of."""
        return any(now - at < LISTENS_SECONDS for at in self.listened_at.values())


class WarmModels:
    """Children with loaded models: as many at work as somebody asks for, and the last two models stay warm."""

    def __init__(
        self, default_model: str, *, models_folder: Path, room: Room, command: Sequence[str] = CHILD_IN_BACKGROUND
    ) -> None:
        self._default_model = default_model
        self._models_folder = models_folder
        self._room = room
        self._command = command
        self._found: dict[str, Path] = {}
        self._idle: list[_Member] = []  # The one used last comes last.
        self._busy: list[_Member] = []
        self._recent: list[_Weights] = []
        self._changed = asyncio.Condition()

    async def locate(self, model: str) -> str:
        """See `Transcriber`."""
        return _name_of(model or self._default_model, (await self._look_up(model)).path)

    async def transcribe(
        self, samples_path: Path, *, model: str, language: str | None, on_progress: Callable[[float], None]
    ) -> Speech:
        """See `Transcriber`. Waits where another child would be too much for the machine's memory."""
        return await self._done(samples_path, model, language, on_progress, into_english=False)

    async def translate(
        self, samples_path: Path, *, model: str, language: str | None, on_progress: Callable[[float], None]
    ) -> Speech:
        """See `Transcriber`. Waits as `transcribe` does."""
        return await self._done(samples_path, model, language, on_progress, into_english=True)

    async def hear(self, growing: Growing, *, model: str, language: str | None) -> Speech | HeardNow:
        """See `Transcriber`."""
        wanted = await self._look_up(model)
        member = await self._take(wanted, _name_of(model or self._default_model, wanted.path), live=growing.live)
        try:
            heard = await member.engine.hear(growing, language=language)
        except BaseException:
            member.listened_at.pop(growing.live, None)
            raise
        else:
            _note(member, growing)
            return heard
        finally:
            await asyncio.shield(self._put_back(member))

    async def close(self) -> None:
        """Kill every child; the next call would start another."""
        for member in [*self._idle, *self._busy]:
            await member.engine.close()
        self._idle.clear()

    async def _done(
        self,
        samples_path: Path,
        model: str,
        language: str | None,
        on_progress: Callable[[float], None],
        *,
        into_english: bool,
    ) -> Speech:
        wanted = await self._look_up(model)
        member = await self._take(wanted, _name_of(model or self._default_model, wanted.path))
        try:
            return await member.engine.transcribe(
                samples_path, language=language, on_progress=on_progress, into_english=into_english
            )
        finally:
            await asyncio.shield(self._put_back(member))

    async def _look_up(self, model: str) -> _Weights:
        """Find a file by name; what was found is not searched again while it lies there, for that reads all of it."""
        name = model or self._default_model
        path = self._found.get(name)
        if path is None or not path.is_file():
            path = await asyncio.to_thread(weights.find, name, models_folder=self._models_folder)
            self._found[name] = path
        facts = path.stat()
        return _Weights(path, facts.st_size, facts.st_mtime_ns)

    async def _take(self, wanted: _Weights, name: str, *, live: str = "") -> _Member:
        async with self._changed:
            self._recent = [wanted, *(one for one in self._recent if one != wanted)][:MODELS_KEPT_WARM]
            await self._close_older_models()
            while True:
                has_room = self._has_room_for(wanted)
                ready = self._ready(wanted, live, has_room=has_room)
                if ready is not None:
                    self._idle.remove(ready)
                    break
                if has_room:
                    engine = WarmEngine(wanted.path, name, command=self._command)
                    ready = _Member(wanted, engine, child_bytes(wanted.path))
                    break
                if self._idle:
                    await self._idle.pop(0).engine.close()
                else:
                    await self._changed.wait()
            self._busy.append(ready)
            return ready

    def _ready(self, wanted: _Weights, live: str, *, has_room: bool) -> _Member | None:
        """Find an idle child: one that knows the recording, and for a job one that nobody is speaking to."""
        now = asyncio.get_running_loop().time()
        same = [one for one in reversed(self._idle) if one.weights == wanted]
        if live:
            same.sort(key=lambda one: (live not in one.listened_at, not one.listens(now)))
        else:
            same.sort(key=lambda one: one.listens(now))
            if has_room and same and same[0].listens(now):
                return None
        return same[0] if same else None

    async def _put_back(self, member: _Member) -> None:
        async with self._changed:
            self._busy.remove(member)
            self._idle.append(member)
            await self._close_older_models()
            self._changed.notify_all()

    async def _close_older_models(self) -> None:
        for old in [one for one in self._idle if one.weights not in self._recent]:
            self._idle.remove(old)
            await old.engine.close()

    def _has_room_for(self, wanted: _Weights) -> bool:
        taken = sum(one.needs_bytes for one in (*self._idle, *self._busy))
        return self._room.fits(taken, child_bytes(wanted.path))


def _note(member: _Member, growing: Growing) -> None:
    now = asyncio.get_running_loop().time()
    member.listened_at = {name: at for name, at in member.listened_at.items() if now - at < LISTENS_SECONDS}
    member.listened_at.pop(growing.live, None)
    if not growing.has_ended:
        member.listened_at[growing.live] = now


def _name_of(name_or_path: str, path: Path) -> str:
    """A setting may be a path, and a transcript names its model in a column of 60 characters."""
    return (path.stem if name_or_path == str(path) else name_or_path)[:60]
