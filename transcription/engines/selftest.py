"""Which numbers this processor is fastest with, measured once for a machine, a model and the libraries' versions.

Each kind is compared with float32 on the same sound: one that comes out differently is not used, whatever its speed.
"""

import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from transcription.choice import MOST_DIFFERENCE, Choice, Numbers, Trial, keep, kept_choice
from transcription.engines.decoder import Decoder, Rows
from transcription.engines.encoder import encoder_of

_TOKENS = 12
_VERSION = 3
# What switches instructions off also changes what is fastest.
_SWITCHES = ("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY", "FBGEMM_NO_AVX512")


def chosen(whisper_model: Any, model_path: Path, folder: Path) -> Choice:
    """The choice kept in the folder for this machine and model, or a new one; a GPU always takes fp16."""
    if whisper_model.device.type == "cuda":
        return Choice("fp16", "fp16", short_sound=False)
    key = _key(model_path)
    kept = kept_choice(folder, model_path.stem)
    if kept is not None and kept.key == key:
        return kept
    choice = replace(measure(whisper_model), key=key)
    keep(choice, folder, model_path.stem)
    return choice


def measure(whisper_model: Any) -> Choice:
    """Try each kind of numbers on a made-up sound; takes a few seconds."""
    dims = whisper_model.dims
    chance = torch.Generator().manual_seed(0)
    sound = torch.randn((1, dims.n_mels, 2 * dims.n_audio_ctx), generator=chance) * 0.3
    features = encoder_of(whisper_model, "fp32")(sound).float()
    encoders = _trials("encoder", ("fp32", "bf16"), lambda numbers: _encoding(whisper_model, numbers, sound))
    decoders = _trials("decoder", ("fp32", "bf16", "int8"), lambda numbers: _decoding(whisper_model, numbers, features))
    encoder, decoder = _fastest(encoders), _fastest(decoders)
    return Choice(encoder, decoder, short_sound=encoder == "bf16", trials=(*encoders, *decoders))


def _encoding(whisper_model: Any, numbers: Numbers, sound: torch.Tensor) -> Callable[[], torch.Tensor]:
    encode = encoder_of(whisper_model, numbers)
    return lambda: encode(sound)


def _decoding(whisper_model: Any, numbers: Numbers, features: torch.Tensor) -> Callable[[], torch.Tensor]:
    decoder = Decoder(whisper_model, numbers, short_sound=numbers != "fp32")
    listened = decoder.listen(features)
    tokens = torch.arange(1000, 1000 + _TOKENS)[:, None]

    def decode() -> torch.Tensor:
        rows = Rows(decoder, [listened])
        return torch.cat([decoder.scores(rows.read(token[None])) for token in tokens])

    return decode


def _trials(
    half: str, kinds: Sequence[Numbers], prepared: Callable[[Numbers], Callable[[], torch.Tensor]]
) -> tuple[Trial, ...]:
    trials: list[Trial] = []
    right = prepared("fp32")().float()
    for numbers in kinds:
        try:
            work = prepared(numbers)
            took, result = _timed(work)
            # The first time includes preparations; what is far slower even so is not worth another.
            if not trials or took < 3 * min(trial.milliseconds for trial in trials) / 1000:
                took, result = min((_timed(work) for _ in range(2)), key=lambda one: one[0])
        except RuntimeError:
            # This build of torch cannot do it on this processor.
            continue
        difference = float((result.float() - right).norm() / right.norm())
        trials.append(Trial(half, numbers, round(took * 1000, 1), round(difference, 4)))
    return tuple(trials)


def _timed(work: Callable[[], torch.Tensor]) -> tuple[float, torch.Tensor]:
    start = time.thread_time()
    result = work()
    return time.thread_time() - start, result


def _fastest(trials: Sequence[Trial]) -> Numbers:
    return min((one for one in trials if one.difference <= MOST_DIFFERENCE), key=lambda one: one.milliseconds).numbers


def _key(model_path: Path) -> str:
    """What a choice holds for."""
    with model_path.open("rb") as stream:
        weights = hashlib.file_digest(stream, "sha256").hexdigest()
    switches = {name: os.environ.get(name) for name in _SWITCHES}
    parts = [_VERSION, _processor(), torch.backends.cpu.get_cpu_capability(), torch.__version__, switches, weights]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _processor() -> str:
    if sys.platform == "linux":
        lines = Path("/proc/cpuinfo").read_text("utf-8", errors="replace").splitlines()
        # The first processor's name and flags; the other lines count clock ticks and addresses.
        return "\n".join([line for line in lines if line.startswith(("model name", "flags", "Features"))][:2])
    return platform.processor()
