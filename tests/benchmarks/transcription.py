"""Every speech engine at hand on the same recordings in turn: speed, memory, wrong words, and where words are placed.

`python -m tests.benchmarks transcription [FILES…] [--model NAME] [--runs N] [--threads N]
[--plot FOLDER]`. A file's reference is the
text of the same name beside it (`.txt`); times of words, where they are known, lie in `.times.json`: a list of
`[word, start_seconds, end_seconds]`. Without files it takes the English ones of `../shared/speech`.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from media.recordings import extract_speech
from transcription import weights
from transcription.speech import Speech
from transcription.windows import SAMPLE_RATE

_ROOT = Path(__file__).resolve().parents[2]
SHARED = _ROOT.parent / "shared" / "speech"
_SHARED_FILES = ("jfk.flac", "nonnative_200s.flac", "fleurs_en.flac", "librivox_short.flac")
ENGINES = {
    "whisper API": "openai-whisper's transcribe() with its defaults",
    "whisper API + words": "the same with word_timestamps=True",
    "ours": "our engine, words with times",
    "faster-whisper": "int8, greedy, without word times",
}


async def measure() -> None:
    """Run what the command line says and print the table."""
    wanted = _wanted(sys.argv[2:])
    with tempfile.TemporaryDirectory() as folder:
        recordings = []
        for file in wanted.files:
            samples = Path(folder) / f"{len(recordings)}.s16"
            await extract_speech(file, samples)
            recordings.append((file, samples))
        runs: dict[str, list[list[dict[str, Any]]]] = {name: [] for name in ENGINES if _is_at_hand(name)}
        # In turn, so that what else the machine does meets all of them.
        for _ in range(wanted.runs):
            for name, done in runs.items():
                done.append(_in_own_process(name, wanted.model, wanted.threads, [samples for _, samples in recordings]))
    rows = [_row(name, done, wanted.files) for name, done in runs.items()]
    _print(rows, wanted)
    if wanted.plot:
        wanted.plot.mkdir(parents=True, exist_ok=True)
        _plot(rows, wanted.plot / "transcription.png")
        print(f"plot: {wanted.plot / 'transcription.png'}")


def _wanted(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks transcription")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--model", default="base")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2, help="of the other engines; ours has one in any case")
    parser.add_argument("--plot", type=Path, metavar="FOLDER")
    wanted = parser.parse_args(arguments)
    wanted.files = wanted.files or [SHARED / name for name in _SHARED_FILES]
    return wanted


def _is_at_hand(name: str) -> bool:
    return name != "faster-whisper" or find_spec("faster_whisper") is not None


def _threads(name: str, threads: int) -> int:
    return 1 if name.startswith("ours") else threads


def _in_own_process(name: str, model: str, threads: int, samples: Sequence[Path]) -> list[dict[str, Any]]:
    """One result for each file; loading is not counted."""
    arguments = (name, model, _threads(name, threads), [str(path) for path in samples])
    code = f"from tests.benchmarks import transcription; transcription.run{arguments!r}"
    count = str(_threads(name, threads))
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": count,
        "OMP_THREAD_LIMIT": count,
        "NUMBA_NUM_THREADS": count,
        "OMP_WAIT_POLICY": "PASSIVE",
    }
    answered = subprocess.run(
        [sys.executable, "-c", code], cwd=_ROOT, env=environment, check=True, capture_output=True, text=True
    )
    results: list[dict[str, Any]] = json.loads(answered.stdout.splitlines()[-1])
    return results


def run(name: str, model: str, threads: int, files: Sequence[str]) -> None:
    """In the engine's own process: hear the files and print the results as JSON."""
    hear = _engine(name, model, threads)
    results = []
    for file in files:
        samples = np.memmap(file, "<i2", mode="r")
        wall, processor = time.perf_counter(), time.process_time()
        text, words = hear(samples)
        results.append(
            {
                "seconds": len(samples) / SAMPLE_RATE,
                "wall": time.perf_counter() - wall,
                "processor": time.process_time() - processor,
                "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "text": text,
                "words": words,
            }
        )
    print(json.dumps(results))


def _engine(name: str, model: str, threads: int) -> Callable[[Any], tuple[str, list[Any]]]:
    """Load an engine; what comes back turns samples into text and words with times."""
    folder = Path(os.environ.get("CIM_DATA", "cim-data")) / "models"
    # Speech libraries take seconds to import, and each process needs one.
    if name.startswith("ours"):
        from transcription.engines.openai_whisper import OpenAIWhisper  # noqa: PLC0415
        from transcription.recording import transcribe_recording  # noqa: PLC0415

        engine = OpenAIWhisper(weights.find(model, models_folder=folder), model)
        return lambda samples: _told(
            transcribe_recording(engine, samples, language="en", on_progress=lambda seconds: None)
        )
    if name == "faster-whisper":
        from transcription.engines.faster_whisper import FasterWhisper  # noqa: PLC0415
        from transcription.windows import Clip  # noqa: PLC0415

        other = FasterWhisper(
            weights.ctranslate2_folder(model, models_folder=folder), model, threads=threads, with_word_times=False
        )
        return lambda samples: _told(
            other.transcribe(
                samples.astype(np.float32) / 32768,
                clips=[Clip(0.0, len(samples) / SAMPLE_RATE)],
                language="en",
                on_progress=lambda seconds: None,
            )
        )
    import torch  # noqa: PLC0415
    import whisper  # noqa: PLC0415

    torch.set_num_threads(threads)
    stock = whisper.load_model(str(weights.find(model, models_folder=folder)), device="cpu")
    stock.set_alignment_heads(whisper._ALIGNMENT_HEADS[model])
    with_words = name.endswith("words")

    def hear(samples: Any) -> tuple[str, list[Any]]:
        heard = stock.transcribe(
            samples.astype(np.float32) / 32768, language="en", fp16=False, word_timestamps=with_words
        )
        words = [
            [word["word"].strip(), float(word["start"]), float(word["end"])]
            for segment in heard["segments"]
            for word in segment.get("words", ())
        ]
        return heard["text"], words

    return hear


def _told(speech: Speech) -> tuple[str, list[Any]]:
    return speech.text, [[word.text, word.start_seconds, word.end_seconds] for word in speech.words]


def _row(name: str, runs: Sequence[Sequence[dict[str, Any]]], files: Sequence[Path]) -> dict[str, Any]:
    """Medians over the runs, for all files together; errors are of the last run."""
    seconds = sum(result["seconds"] for result in runs[0])
    wrong = spoken = 0
    misplaced: list[float] = []
    for file, result in zip(files, runs[-1], strict=True):
        reference = file.with_suffix(".txt")
        if reference.is_file():
            errors, words = _wrong_words(reference.read_text("utf-8"), result["text"])
            wrong, spoken = wrong + errors, spoken + words
        times = file.with_suffix(".times.json")
        if times.is_file():
            misplaced += _misplaced(json.loads(times.read_text("utf-8")), result["words"])
    return {
        "name": name,
        "processor": statistics.median(sum(result["processor"] for result in run) for run in runs),
        "real_time": statistics.median(sum(result["wall"] for result in run) for run in runs) / seconds,
        "memory": statistics.median(max(result["memory"] for result in run) for run in runs),
        "wrong": 100 * wrong / spoken if spoken else None,
        "misplaced": statistics.median(misplaced) if misplaced else None,
    }


def _wrong_words(reference: str, heard: str) -> tuple[int, int]:
    import jiwer  # noqa: PLC0415
    from whisper.normalizers import EnglishTextNormalizer  # noqa: PLC0415

    plain = EnglishTextNormalizer()
    expected, given = plain(reference), plain(heard)
    compared = jiwer.process_words(expected, given)
    return compared.substitutions + compared.deletions + compared.insertions, len(expected.split())


def _misplaced(expected: Sequence[Any], heard: Sequence[Any]) -> list[float]:
    """How far the start of each word that was heard right lies from where it was spoken, in seconds."""
    import jiwer  # noqa: PLC0415

    def plain(words: Sequence[Any]) -> list[str]:
        return ["".join(c for c in word[0].lower() if c.isalnum()) or "-" for word in words]

    if not heard:
        return []
    compared = jiwer.process_words(" ".join(plain(expected)), " ".join(plain(heard)))
    return [
        abs(expected[chunk.ref_start_idx + number][1] - heard[chunk.hyp_start_idx + number][1])
        for chunk in compared.alignments[0]
        if chunk.type == "equal"
        for number in range(chunk.ref_end_idx - chunk.ref_start_idx)
    ]


def _print(rows: Sequence[dict[str, Any]], wanted: argparse.Namespace) -> None:
    print(f"model {wanted.model}, {len(wanted.files)} files, medians of {wanted.runs} runs in turn, without loading")
    print(f"{'':22}{'threads':>8}{'CPU s':>9}{'× API':>7}{'× real time':>13}{'peak MiB':>10}{'WER %':>8}{'word s':>8}")
    whole = rows[0]["processor"]
    for row in rows:
        wrong = "" if row["wrong"] is None else f"{row['wrong']:.2f}"
        misplaced = "" if row["misplaced"] is None else f"{row['misplaced']:.3f}"
        print(
            f"{row['name']:22}{_threads(row['name'], wanted.threads):8}{row['processor']:9.2f}"
            f"{row['processor'] / whole:7.2f}{row['real_time']:13.3f}{row['memory']:10.0f}{wrong:>8}{misplaced:>8}"
        )
    for name, about in ENGINES.items():
        print(f"  {name}: {about}")


def _plot(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Bars of processor seconds, with wrong words beside them."""
    longest = max(row["processor"] for row in rows)
    image = Image.new("RGB", (900, 40 + 50 * len(rows)), "white")
    draw = ImageDraw.Draw(image)
    draw.text((10, 10), "processor seconds, wrong words", fill="black", font_size=16)
    for number, row in enumerate(rows):
        top, length = 45 + 50 * number, 480 * row["processor"] / longest
        draw.text((10, top + 8), row["name"], fill="black", font_size=16)
        draw.rectangle((210, top, 210 + length, top + 36), fill="#4f0433")
        wrong = "" if row["wrong"] is None else f", {row['wrong']:.1f} %"
        draw.text((220 + length, top + 8), f"{row['processor']:.1f} s{wrong}", fill="black", font_size=16)
    image.save(path)
