"""A recording of a minute and a half with a transcript whose every word has its known second."""

import wave
from pathlib import Path

from tests.journeys.speech import Spoken
from transcription.speech import Segment, Speech, Word

SECONDS = 96
_SENTENCES = (
    "On my first evening at the language café nobody knew what to say, and then somebody asked about rain.",
    "We laughed, because there are four words for it here and only one where I grew up.",
    "Later we spoke of home, and I heard how differently people mean that word.",
    "For Amina it was a smell of bread, for Tomasz a song, and for me a person.",
    "I had thought that understanding somebody begins with grammar; it begins with waiting.",
    "When I meet a patient now I ask where they feel at home before I ask what hurts.",
    "That is a small thing, and it changed how I listen at work.",
    "The coordinator says that we should write down what surprised us, so here it is.",
    "I was surprised that silence was welcome, and that nobody corrected anybody.",
    "I take with me the habit of asking twice and of answering slowly.",
)
QUOTED = ("I", "was", "surprised")
"""Three words in a row that are said at QUOTED_AT."""


def long_recording(spoken: Spoken, folder: Path) -> Path:
    """Write speech for SECONDS: what the microphone hears, again and again, in a small file."""
    with wave.open(str(spoken.wav)) as heard:
        rate, samples = heard.getframerate(), heard.readframes(heard.getnframes())
    # Every third sample: 16,000 a second are enough for speech.
    small = b"".join(samples[at : at + 2] for at in range(0, len(samples), 6))
    length = SECONDS * (rate // 3) * 2
    file = folder / "long.wav"
    with wave.open(str(file), "wb") as output:
        output.setnchannels(1)
        output.setsampwidth(2)
        output.setframerate(rate // 3)
        output.writeframes((small * (length // len(small) + 1))[:length])
    return file


def long_transcript() -> Speech:
    """Every sentence begins nine seconds after the one before it, and its words are evenly spread over eight."""
    segments = []
    for number, sentence in enumerate(_SENTENCES):
        begun, texts = 9.0 * number, sentence.split()
        step = 8.0 / len(texts)
        words = [
            Word(text, begun + step * at, begun + step * (at + 1), 0.3 if text == "grammar;" else 0.95)
            for at, text in enumerate(texts)
        ]
        segments.append(Segment(begun, begun + 8.0, sentence, tuple(words), 0.02))
    return Speech("en", tuple(segments), "scripted", "scripted", "en", 0.97)


def quoted_at() -> float:
    """The second at which the first of QUOTED is said."""
    words = long_transcript().words
    return next(
        first.start_seconds
        for first, second, third in zip(words, words[1:], words[2:], strict=False)
        if (first.text, second.text, third.text) == QUOTED
    )
