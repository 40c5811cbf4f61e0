"""Whether the mark of unsure words means something: how many of them are wrong, and how many of the others.

`python -m tests.benchmarks confidence [FILES…] [--model NAME] [--keep FILE]`. A file's reference is the text of the
same name beside it (`.txt`); its language stands in `manifest.tsv` there, and is English otherwise. Without files it
takes all of `../shared/speech`. A word is wrong where its alignment with the reference (jiwer) says that something else
was spoken, or nothing; case and punctuation do not count, and `8` is `eight`.
"""

import argparse
import csv
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from media.recordings import extract_speech
from tests.benchmarks.transcription import SHARED
from transcription import weights
from transcription.reading import LOW_CONFIDENCE
from transcription.speech import Word
from transcription.warm import WarmEngine

MARKS = (0.3, 0.4, 0.5, 0.6, 0.7)
GOAL = 3.0
"""So many times as often words under the mark are to be wrong."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One heard word."""

    text: str
    confidence: float
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class Share:
    """Words on one side of the mark."""

    words: int
    wrong: int

    @property
    def share(self) -> float:
        """How many of them are wrong, 0 to 1."""
        return self.wrong / self.words if self.words else 0.0


async def measure() -> None:
    """Hear the files that the command line names and print the shares."""
    wanted = _wanted(sys.argv[2:])
    judged: dict[str, list[Judged]] = {}
    folder = Path(os.environ.get("CIM_DATA", "cim-data")) / "models"
    engine = WarmEngine(weights.find(wanted.model, models_folder=folder), wanted.model)
    with tempfile.TemporaryDirectory() as work:
        for file in wanted.files:
            samples = Path(work) / "samples.s16"
            await extract_speech(file, samples)
            language = _language_of(file)
            speech = await engine.transcribe(samples, language=language, on_progress=lambda _: None)
            reference = file.with_suffix(".txt").read_text("utf-8")
            judged[file.name] = judge(speech.words, reference, english=language == "en")
    await engine.close()
    _print(judged, wanted.model)
    if wanted.keep:
        kept = {name: [[one.text, one.confidence, one.is_wrong] for one in words] for name, words in judged.items()}
        wanted.keep.write_text(json.dumps(kept), "utf-8")


def judge(heard: Sequence[Word], reference: str, *, english: bool) -> list[Judged]:
    """Say of each heard word whether it is what was spoken; a word that is only a sound (`hmm`) is left out."""
    import jiwer  # noqa: PLC0415

    plain = _plain(english=english)
    owners: list[int] = []
    given: list[str] = []
    for number, word in enumerate(heard):
        parts = plain(word.text)
        given += parts
        owners += [number] * len(parts)
    expected = [part for word in reference.split() for part in plain(word)]
    right = [False] * len(given)
    if given and expected:
        for chunk in jiwer.process_words(" ".join(expected), " ".join(given)).alignments[0]:
            if chunk.type == "equal":
                right[chunk.hyp_start_idx : chunk.hyp_end_idx] = [True] * (chunk.hyp_end_idx - chunk.hyp_start_idx)
    wrong = {owner for owner, is_right in zip(owners, right, strict=True) if not is_right}
    return [Judged(heard[n].text, heard[n].confidence, n in wrong) for n in sorted(set(owners))]


def sides(judged: Sequence[Judged], mark: float) -> tuple[Share, Share]:
    """The words under the mark, and the others."""
    under = [one for one in judged if one.confidence < mark]
    over = [one for one in judged if one.confidence >= mark]
    return Share(len(under), sum(one.is_wrong for one in under)), Share(len(over), sum(one.is_wrong for one in over))


def _plain(*, english: bool) -> Callable[[str], list[str]]:
    """Word by word on both sides, so that each part still belongs to one word."""
    from whisper.normalizers import BasicTextNormalizer, EnglishTextNormalizer  # noqa: PLC0415

    normalise = EnglishTextNormalizer() if english else BasicTextNormalizer()
    # A hyphen divides two words wherever somebody wrote one.
    return lambda word: normalise(word.replace("-", " ")).split()


def _language_of(file: Path) -> str:
    manifest = file.with_name("manifest.tsv")
    if manifest.is_file():
        with manifest.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                if row["file"] == file.name:
                    return row["language"]
    return "en"


def _wanted(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks confidence")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--model", default="base")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write every word and how it was judged as JSON")
    wanted = parser.parse_args(arguments)
    wanted.files = wanted.files or sorted(SHARED.glob("*.flac"))
    return wanted


def _print(judged: dict[str, list[Judged]], model: str) -> None:
    everything = [one for words in judged.values() for one in words]
    print(f"model {model}, mark {LOW_CONFIDENCE}: words under it are to be wrong {GOAL:.0f} times as often")
    print(f"{'':24}{'mark':>6}{'under':>12}{'wrong %':>9}{'over':>12}{'wrong %':>9}{'ratio':>8}")
    for name, words in judged.items():
        _line(name, words, LOW_CONFIDENCE)
    for mark in MARKS:
        _line("all" + (" (the mark)" if mark == LOW_CONFIDENCE else ""), everything, mark)


def _line(name: str, words: Sequence[Judged], mark: float) -> None:
    under, over = sides(words, mark)
    ratio = f"{under.share / over.share:.1f}" if over.wrong else "–"
    print(
        f"{name:24}{mark:6.2f}{f'{under.wrong}/{under.words}':>12}{100 * under.share:9.1f}"
        f"{f'{over.wrong}/{over.words}':>12}{100 * over.share:9.1f}{ratio:>8}"
    )
