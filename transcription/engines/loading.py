"""Opens a checkpoint as openai-whisper's model: its numbers stay in the file until a half of ours is made from them."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
import whisper
from torch.overrides import TorchFunctionMode

from transcription.engines.decoder import Head


def open_model(path: Path, device: str) -> Any:
    """Open a checkpoint with the numbers that its file has, mostly fp16; what is made from it must copy them.

    openai-whisper's own loading holds the checkpoint and a model of float32 at once, three times the file.
    """
    # Files as torch wrote them years ago cannot be mapped.
    checkpoint = torch.load(path, map_location=device, weights_only=True, mmap=zipfile.is_zipfile(path))
    with _Unfilled():
        model: Any = whisper.model.Whisper(whisper.model.ModelDimensions(**checkpoint["dims"]))
    model.load_state_dict(checkpoint["model_state_dict"], assign=True)
    return model


def alignment_heads(whisper_model: Any, name: str) -> list[Head]:
    """Those that tell when a word is spoken: known for official models, else all of the later half."""
    known = whisper._ALIGNMENT_HEADS.get(name)  # noqa: SLF001  The library sets them only for models it downloads.
    if known is not None:
        whisper_model.set_alignment_heads(known)
    return [(layer, head) for layer, head in whisper_model.alignment_heads.indices().T.tolist()]


class _Unfilled(TorchFunctionMode):
    """Leaves out the random numbers that a new model begins with: memory that is not written to is not there yet.

    torch's own way, its device `meta`, loads a library of 150 MB.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        given = kwargs or {}
        if getattr(func, "__module__", None) == torch.nn.init.__name__:
            return given["tensor"] if "tensor" in given else args[0]
        return func(*args, **given)
