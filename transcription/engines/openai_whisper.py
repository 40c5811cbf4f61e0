"""The default engine: openai-whisper's model and rules, with several windows decoded at once."""

import ctypes
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import whisper
from numpy.typing import NDArray
from whisper.tokenizer import get_tokenizer

from transcription.engines.alignment import loud_frames, token_times, within_sound
from transcription.engines.decoder import Decoder, Rows, Sound
from transcription.engines.encoder import encoder_of
from transcription.engines.loading import alignment_heads, open_model
from transcription.engines.search import Heard, Search
from transcription.engines.selftest import chosen
from transcription.engines.sentences import Sentence, sentences_of
from transcription.speech import Segment, Speech, Word
from transcription.windows import SAMPLE_RATE, Clip

_FRAMES_PER_SECOND: int = whisper.audio.FRAMES_PER_SECOND
_WINDOW_FRAMES: int = whisper.audio.N_FRAMES
# A rest as short as this holds no word.
_SHORTEST_REST_SECONDS = 0.2
# A word that ends so soon after a pause began before it.
_INSIDE_SECONDS = 0.15
_AT_ONCE = 8


class OpenAIWhisper:
    """A loaded openai-whisper model.

    Whoever imports this module has set `OMP_NUM_THREADS=1` before (see child.py): with more threads than free cores
    torch becomes ten times slower.
    """

    name = "openai-whisper"

    def __init__(self, model_path: Path, model: str, *, facts_folder: Path | None = None) -> None:
        """Load a checkpoint; `model` is its name, and a name that openai-whisper knows gives better word times.

        What the self-test finds for this machine is kept in `facts_folder`, or beside the checkpoint.
        """
        torch.set_num_threads(1)
        torch.set_grad_enabled(False)
        self.model = model
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        whisper_model = open_model(model_path, self.device)
        self._heads = alignment_heads(whisper_model, model)
        self._mels = whisper_model.dims.n_mels
        self._is_multilingual = whisper_model.is_multilingual
        self._language_count = whisper_model.num_languages
        self.choice = chosen(whisper_model, model_path, facts_folder or model_path.parent)
        self._encode = encoder_of(whisper_model, self.choice.encoder)
        self._decoder = Decoder(whisper_model, self.choice.decoder, short_sound=self.choice.short_sound)
        self._search = Search(whisper_model, self._decoder, self._tokenizer("en"))
        del whisper_model
        _give_memory_back()

    def transcribe(
        self,
        samples: NDArray[np.float32],
        *,
        clips: Sequence[Clip],
        language: str | None,
        on_progress: Callable[[float], None],
        among: Sequence[str] = (),
        into_english: bool = False,
    ) -> Speech:
        """See `Engine`. An unknown language raises ValueError; a model that knows English only hears English."""
        if into_english:
            if not self._is_multilingual:
                raise ValueError(f"{self.model} knows English only and cannot translate.")
            # A sentence cannot be cut where a clip ends, so none may reach into the next one.
            clips = [Clip(clip.start_seconds, clip.end_seconds) for clip in clips]
        streams = [_Stream.of(clip, samples, self._mels) for clip in clips]
        language = language if self._is_multilingual else "en"
        heard_language: tuple[str, float] | None = None
        heard_seconds = 0.0
        waiting = [stream for stream in streams if not stream.is_done]
        while waiting:
            active = waiting[:_AT_ONCE]
            sounds = [self._listen(stream) for stream in active]
            if heard_language is None and self._is_multilingual:
                heard_language = _likeliest(self._search.languages(sounds), among)
                language = language or heard_language[0]
            tokenizer = self._tokenizer(language or "en", "translate" if into_english else "transcribe")
            found = self._search.decode(
                sounds,
                tokenizer.sot_sequence,
                wanted_seconds=[stream.wanted_seconds for stream in active],
                seeds=[stream.seed for stream in active],
            )
            for stream, sound, heard in zip(active, sounds, found, strict=True):
                before = stream.position
                stream.segments += self._segments(stream, sound, heard, tokenizer)
                heard_seconds += (stream.position - before) / _FRAMES_PER_SECOND
                on_progress(_position(clips, heard_seconds))
            waiting = [stream for stream in waiting if not stream.is_done]
            del sounds, found
            _give_memory_back()
        segments = tuple(segment for stream in streams for segment in stream.segments)
        return Speech(language or "en", segments, self.name, self.model, *(heard_language or (None, None)))

    def _tokenizer(self, language: str, task: str = "transcribe") -> Any:
        return get_tokenizer(self._is_multilingual, num_languages=self._language_count, language=language, task=task)

    def _listen(self, stream: "_Stream") -> Sound:
        spectrogram = stream.window().to(self.device)
        return self._decoder.listen(self._encode(spectrogram[None]))

    def _segments(self, stream: "_Stream", sound: Sound, heard: Heard, tokenizer: Any) -> list[Segment]:
        """What was heard in the stream's window; the stream goes on behind it."""
        frames, wanted = stream.window_frames, stream.wanted_seconds
        offset = stream.start_seconds + stream.position / _FRAMES_PER_SECOND
        if heard.is_silence:
            stream.position += frames
            return []
        sentences, done = sentences_of(
            heard.tokens,
            times_begin=tokenizer.timestamp_begin,
            window_seconds=frames / _FRAMES_PER_SECOND,
            keeps_rest=wanted < frames / _FRAMES_PER_SECOND,
        )
        loud = loud_frames(stream.spectrogram[:, stream.position : stream.position + frames])
        stream.position += round(done * _FRAMES_PER_SECOND)
        if tokenizer.task == "translate":
            return list(_whole_sentences(sentences, heard, tokenizer, offset))
        segments = self._with_words(sentences, sound, heard, tokenizer, offset=offset, loud=loud)
        return _until(segments, offset + wanted) if done >= wanted else segments

    def _with_words(
        self,
        sentences: Sequence[Sentence],
        sound: Sound,
        heard: Heard,
        tokenizer: Any,
        *,
        offset: float,
        loud: NDArray[np.bool_],
    ) -> list[Segment]:
        kept = [
            [number for number in range(one.first, one.last) if heard.tokens[number] < tokenizer.eot]
            for one in sentences
        ]
        numbers = [number for part in kept for number in part]
        if not numbers:
            return []
        said = [heard.tokens[number] for number in numbers]
        tokens = [*tokenizer.sot_sequence, tokenizer.no_timestamps, *said, tokenizer.eot]
        attention = Rows(self._decoder, [sound]).attention(torch.tensor([tokens], device=self.device), self._heads)
        times = token_times(attention, first=len(tokenizer.sot_sequence), frames=len(loud) // 2)
        segments, first = [], 0
        for part in kept:
            last = first + len(part)
            found = _words(tokenizer, said[first:last], times[first : last + 1], [heard.confidences[n] for n in part])
            words = tuple(_placed(word, loud, offset) for word in found)
            if words:
                text = tokenizer.decode(said[first:last]).strip()
                start, end = words[0].start_seconds, words[-1].end_seconds
                segments.append(Segment(start, end, text, words, heard.no_speech_probability))
            first = last
        return segments


@dataclass(slots=True)
class _Stream:
    """One clip, heard window after window; positions are frames of 10 ms from its start."""

    start_seconds: float
    length_seconds: float
    spectrogram: torch.Tensor
    seed: int
    position: int = 0
    segments: list[Segment] = field(default_factory=list)

    @classmethod
    def of(cls, clip: Clip, samples: NDArray[np.float32], mels: int) -> "_Stream":
        first, last = round(clip.start_seconds * SAMPLE_RATE), round(clip.last_seconds * SAMPLE_RATE)
        spectrogram = whisper.log_mel_spectrogram(np.ascontiguousarray(samples[first:last]), mels)
        return cls(clip.start_seconds, clip.end_seconds - clip.start_seconds, spectrogram, seed=last - first)

    @property
    def is_done(self) -> bool:
        return self.wanted_seconds < _SHORTEST_REST_SECONDS

    @property
    def wanted_seconds(self) -> float:
        """How much of the clip itself is left."""
        whole_frames = min(round(self.length_seconds * _FRAMES_PER_SECOND), self.spectrogram.shape[1])
        return (whole_frames - self.position) / _FRAMES_PER_SECOND

    @property
    def window_frames(self) -> int:
        return min(_WINDOW_FRAMES, int(self.spectrogram.shape[1]) - self.position)

    def window(self) -> torch.Tensor:
        window: torch.Tensor = whisper.pad_or_trim(self.spectrogram[:, self.position :], _WINDOW_FRAMES)
        return window


def _give_memory_back() -> None:
    """Loading converts part after part, and windows come in many sizes: the C library would keep all for later."""
    if sys.platform == "linux":
        with suppress(AttributeError):
            ctypes.CDLL(None).malloc_trim(0)


def _until(segments: Sequence[Segment], end_seconds: float) -> list[Segment]:
    """Leave out words that end in the next clip."""
    kept = []
    for segment in segments:
        words = tuple(word for word in segment.words if word.end_seconds - _INSIDE_SECONDS < end_seconds)
        if len(words) == len(segment.words):
            kept.append(segment)
        elif words:
            text = " ".join(word.text for word in words)
            kept.append(replace(segment, words=words, text=text, end_seconds=words[-1].end_seconds))
    return kept


def _words(
    tokenizer: Any, tokens: Sequence[int], times: NDArray[np.float64], confidences: Sequence[float]
) -> Iterator[Word]:
    """Whisper cuts at punctuation too (`3` `:2`); a part without a blank before it belongs to the word before."""
    word: Word | None = None
    first = 0
    for text, part in zip(*tokenizer.split_to_word_tokens(list(tokens)), strict=True):
        last = first + len(part)
        start, end = float(times[first]), float(times[last])
        confidence = sum(confidences[first:last]) / max(1, len(part))
        first = last
        if word and not text.startswith(" "):
            word = Word(word.text + text.strip(), word.start_seconds, end, min(word.confidence, confidence))
            continue
        if word and word.text:
            yield word
        word = Word(text.strip(), start, end, confidence)
    if word and word.text:
        yield word


def _whole_sentences(sentences: Sequence[Sentence], heard: Heard, tokenizer: Any, offset: float) -> Iterator[Segment]:
    """Each sentence as one word: those of a translation do not come in the order in which they are spoken."""
    for one in sentences:
        said = [number for number in range(one.first, one.last) if heard.tokens[number] < tokenizer.eot]
        text = tokenizer.decode([heard.tokens[number] for number in said]).strip()
        if text:
            start, end = offset + one.start_seconds, offset + one.end_seconds
            confidence = sum(heard.confidences[number] for number in said) / len(said)
            yield Segment(start, end, text, (Word(text, start, end, confidence),), heard.no_speech_probability)


def _placed(word: Word, loud: NDArray[np.bool_], offset: float) -> Word:
    """A word of a window where its sound is, in seconds of the samples."""
    start, end = within_sound(word.start_seconds, word.end_seconds, loud)
    return replace(word, start_seconds=offset + start, end_seconds=offset + end)


def _likeliest(probabilities: dict[str, float], among: Sequence[str]) -> tuple[str, float]:
    allowed = {code: p for code, p in probabilities.items() if code in among} or probabilities
    code = max(allowed, key=lambda one: allowed[one])
    return code, probabilities[code]


def _position(clips: Sequence[Clip], heard_seconds: float) -> float:
    """Where in the samples the engine is after it heard so many seconds of clips."""
    for clip in clips:
        length = clip.end_seconds - clip.start_seconds
        if heard_seconds < length:
            return clip.start_seconds + heard_seconds
        heard_seconds -= length
    return clips[-1].end_seconds
