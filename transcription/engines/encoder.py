"""The first half of the model: spectrograms become features, in the numbers that the processor is fastest with."""

import copy
from collections.abc import Callable
from typing import Any

import torch

from transcription.choice import Numbers

Encode = Callable[[torch.Tensor], torch.Tensor]

_TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def type_of(numbers: Numbers) -> torch.dtype:
    """The tensor type in which activations are kept; with int8 weights they stay float32."""
    return _TYPES.get(numbers, torch.float32)


def encoder_of(whisper_model: Any, numbers: Numbers) -> Encode:
    """Make a function from spectrograms (windows × mels × 3000) to features (windows × 1500 × width)."""
    kind = type_of(numbers)
    encoder = copy.deepcopy(whisper_model.encoder)
    # The norms stay in float32: they are cheap, and their sums are where short numbers hurt.
    for part in encoder.modules():
        part.to(kind if isinstance(part, torch.nn.Linear | torch.nn.Conv1d) else torch.float32)

    def encode(spectrograms: torch.Tensor) -> torch.Tensor:
        features: torch.Tensor = encoder(spectrograms.to(kind))
        return features

    return encode
