"""Hears recordings while they are made: whatever has arrived of a take is heard before anybody decides to use it."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from media.children import ChildFailed
from media.recordings import extract_speech
from media.uploads import Uploads
from models.errors import Refused
from models.queries.jobs import handed_in_waits, speech_model_for
from models.queries.media import language_of
from models.queries.uploads import growing_segments, in_order, without_use
from models.states import UploadState
from models.tables import MediaItem, Upload
from transcription import heard
from transcription.heard import FOLDER, Heard, begun_of
from transcription.pool import Transcriber
from transcription.speech import Segment, Speech
from transcription.warm import EngineFailed, Growing

POLL_SECONDS = 1.0
LOOK_SECONDS = 8.0
"""So much new sound is worth a look; a phone sends what it recorded every few seconds."""
LOOK_WHILE_OTHERS_WAIT_SECONDS = 30.0
REST_FOR_EACH_SECOND = 4.0
"""A look decodes all from the start and hears the last words for now: it is done for a fifth of a core at most."""
LONGEST_LOOK_SECONDS = 3.0
"""Where a look takes longer, words are shown when they are final: whoever stops must not wait for the ones before."""
LONGEST_AGE = timedelta(hours=6)
"""What was begun before is no longer being recorded; it is heard when it is used."""
MOST_FAILURES = 5

_SAMPLE_RATE = 16_000
_BYTES_EACH = 2
# More than this is heard in several turns, so that nobody who speaks now waits long.
_SAMPLES_AT_ONCE = 120 * _SAMPLE_RATE
# The last sound before a cut is not what it will be: the decoder has not seen what follows.
_UNSURE_SAMPLES = _SAMPLE_RATE // 4

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Hearing:
    """One segment of a take, how much of it was decoded, and how much of that was heard."""

    begun: str
    language: str | None
    model: str
    name: str
    samples: Path
    bytes_seen: int = 0
    is_decoded: bool = False
    count: int = 0
    heard_count: int = 0
    segments: list[Segment] = field(default_factory=list)
    is_all: bool = False
    failures: int = 0
    next_look: float = 0.0
    took_seconds: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be heard here."""
        return self.is_all or self.failures > MOST_FAILURES

    def begin_anew(self) -> None:
        self.heard_count = 0
        self.segments = []


class LiveHearing:
    """Hears what arrives of undecided takes, one short turn after the other, with the model of its language."""

    def __init__(
        self, *, engine: Transcriber, uploads: Uploads, work_folder: Path, now: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._uploads = uploads
        self._folder = work_folder / FOLDER
        self._now = now
        self._hearings: dict[UUID, _Hearing] = {}

    async def run(self) -> None:
        """Hear until cancelled."""
        while True:
            is_busy = False
            try:
                is_busy = await self.step()
            except Refused as refusal:
                _log.debug("what is being recorded is not heard: %s", refusal)
                await asyncio.sleep(LOOK_SECONDS)
            except Exception:  # noqa: BLE001  Nobody loses anything but time: what was not heard now is heard later.
                _log.exception("could not hear what is being recorded")
            if not is_busy:
                await asyncio.sleep(POLL_SECONDS)

    async def step(self) -> bool:
        """Take one turn for the recording that needs it most; False: there is nothing to hear at the moment."""
        await self._forget()
        growing = await growing_segments(begun_after=self._now() - LONGEST_AGE)
        present = asyncio.get_running_loop().time()
        due = [upload for upload in growing if self._is_due(upload, present)]
        if not due:
            return False
        # Who has stopped waits for the words; of the others the one that was left alone longest.
        upload = min(due, key=lambda one: (one.state is UploadState.RECEIVING, self._next_look(one)))
        others_wait = upload.state is UploadState.RECEIVING and await handed_in_waits(at=self._now())
        await self._advance(upload, LOOK_WHILE_OTHERS_WAIT_SECONDS if others_wait else LOOK_SECONDS)
        return True

    async def speech_of(self, media: MediaItem, *, language: str | None, name: str) -> Speech | None:
        """Give the words of a take that was heard while it was recorded, after hearing what is left of it.

        None where it was not, or with another language or model (`name` as in a transcript), or where it does not fit.
        """
        uploads = await in_order(media)
        begun = [self._hearings[one.id] for one in uploads if one.id in self._hearings]
        if not any(hearing.heard_count or hearing.is_all for hearing in begun):
            return None
        parts = []
        for upload in uploads:
            part = await self._finish(upload, language=language, name=name)
            if part is None:
                return None
            parts.append(part)
        return heard.joined(
            parts,
            trim_start_seconds=media.trim_start_seconds,
            trim_end_seconds=media.trim_end_seconds,
            duration_seconds=media.duration_seconds or 0.0,
        )

    async def _finish(self, upload: Upload, *, language: str | None, name: str) -> Heard | None:
        if upload.state is not UploadState.RECEIVED:
            return None
        while True:
            hearing = self._hearings.get(upload.id)
            if hearing is not None:
                if hearing.failures > MOST_FAILURES or (hearing.language, hearing.name) != (language, name):
                    return None
                if hearing.is_all:
                    return await asyncio.to_thread(heard.kept, self._folder, upload.id, hearing.begun)
            await self._advance(upload, LOOK_SECONDS)

    def _is_due(self, upload: Upload, present: float) -> bool:
        hearing = self._hearings.get(upload.id)
        if hearing is None or hearing.begun != begun_of(upload):
            return bool(upload.offset_bytes)
        if hearing.is_over or hearing.turn.locked():
            return False
        if hearing.heard_count < hearing.count or upload.state is UploadState.RECEIVED:
            return hearing.failures == 0 or present >= hearing.next_look
        return upload.offset_bytes > hearing.bytes_seen and present >= hearing.next_look

    def _next_look(self, upload: Upload) -> float:
        hearing = self._hearings.get(upload.id)
        return hearing.next_look if hearing else 0.0

    async def _advance(self, upload: Upload, look_seconds: float) -> None:
        """Decode what is new of one segment, and hear a part of it."""
        hearing = await self._hearing(upload)
        async with hearing.turn:
            if hearing.is_over:
                return
            loop = asyncio.get_running_loop()
            begun = loop.time()
            try:
                is_whole = upload.state is UploadState.RECEIVED
                if hearing.heard_count == hearing.count or (is_whole and not hearing.is_decoded):
                    await self._decode(hearing, upload)
                await self._hear(hearing, upload)
                hearing.took_seconds = loop.time() - begun
                hearing.next_look = loop.time() + max(look_seconds, REST_FOR_EACH_SECOND * hearing.took_seconds)
            except (Refused, FileNotFoundError) as reason:
                # The first second of a file says too little, and one that is moved at this moment is found next time.
                hearing.next_look = loop.time() + look_seconds
                if upload.state is UploadState.RECEIVED:
                    hearing.failures += 1
                    _log.info("%s is not heard before it is used: %s", upload.id, type(reason).__name__)
            except (EngineFailed, ChildFailed) as failure:
                hearing.failures += 1
                hearing.begin_anew()
                hearing.next_look = loop.time() + look_seconds
                _log.info("what was heard of %s begins anew: %s", upload.id, failure)
            except BaseException:
                # A child that was stopped in the middle does not know where it was.
                hearing.begin_anew()
                raise

    async def _hearing(self, upload: Upload) -> _Hearing:
        """Find what is known of a segment; a new one, another language or another model begin from the start."""
        language = await language_of(upload.reflection_id)
        model = await speech_model_for(language)
        name = await self._engine.locate(model)
        known = self._hearings.get(upload.id)
        if known is not None and (known.begun, known.language, known.name) == (begun_of(upload), language, name):
            return known
        samples = self._folder / f"{upload.id.hex}.s16"
        made = self._hearings[upload.id] = _Hearing(begun_of(upload), language, model, name, samples)
        await asyncio.to_thread(self._clear, upload.id)
        return made

    async def _decode(self, hearing: _Hearing, upload: Upload) -> None:
        """Have all sound that has arrived as samples; what was heard before must be the same."""
        is_whole = upload.state is UploadState.RECEIVED
        new = hearing.samples.with_suffix(".more")
        async with self._uploads.lend(upload) as source:
            await extract_speech(source, new)
        length = new.stat().st_size // _BYTES_EACH
        if not await asyncio.to_thread(_begins_with, new, hearing.samples, hearing.heard_count):
            hearing.failures += 1
            hearing.begin_anew()
        new.replace(hearing.samples)
        hearing.bytes_seen = upload.offset_bytes
        hearing.is_decoded = is_whole
        hearing.count = length if is_whole else max(hearing.heard_count, length - _UNSURE_SAMPLES)

    async def _hear(self, hearing: _Hearing, upload: Upload) -> None:
        count = min(hearing.count, hearing.heard_count + _SAMPLES_AT_ONCE)
        has_ended = hearing.is_decoded and count == hearing.count
        if count == hearing.heard_count and not has_ended:
            return
        growing = Growing(
            upload.id.hex,
            hearing.samples,
            count,
            begin=hearing.heard_count == 0,
            has_ended=has_ended,
            with_open=count == hearing.count and not has_ended and hearing.took_seconds < LONGEST_LOOK_SECONDS,
        )
        said = await self._engine.hear(growing, model=hearing.model, language=hearing.language)
        if isinstance(said, Speech):
            speech = said
            hearing.is_all = True
        else:
            hearing.segments += said.final
            speech = Speech(hearing.language or "und", (*hearing.segments, *said.open), "", hearing.name)
        hearing.heard_count = count
        known = Heard(hearing.begun, hearing.language, hearing.name, count / _SAMPLE_RATE, speech, hearing.is_all)
        await asyncio.to_thread(heard.keep, self._folder, upload.id, known)
        if hearing.is_all:
            hearing.segments = []
            hearing.samples.unlink(missing_ok=True)

    async def _forget(self) -> None:
        """Remove what was heard of recordings that their student did away with, and of those with a transcript."""
        for upload_id in await without_use(list(self._hearings)):
            if not self._hearings[upload_id].turn.locked():
                del self._hearings[upload_id]
                await asyncio.to_thread(self._clear, upload_id)

    def _clear(self, upload_id: UUID) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        heard.remove(self._folder, upload_id)
        for left in self._folder.glob(f"{upload_id.hex}.*"):
            left.unlink(missing_ok=True)


def _begins_with(new: Path, old: Path, count: int) -> bool:
    """Compare the first samples of two files: bytes that were thrown away and came again may be others."""
    if not count:
        return True
    return new.stat().st_size >= count * _BYTES_EACH and np.array_equal(_mapped(new, count), _mapped(old, count))


def _mapped(path: Path, count: int) -> NDArray[np.int16]:
    return np.memmap(path, "<i2", mode="r", shape=(count,))
