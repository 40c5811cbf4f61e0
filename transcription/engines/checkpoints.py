"""Makes and downloads checkpoints for openai-whisper, in a process of its own so that no application loads torch.

`python -m transcription.engines.checkpoints convert TARGET PART…` turns a CTranslate2 Whisper model, whose file may be
cut into parts, into TARGET; `… fetch NAME TARGET` downloads an official one and says `{"done": BYTES, "total": BYTES}`.
"""

import argparse
import io
import json
import os
import socket
import struct
import sys
import tempfile
import urllib.error
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import torch
import whisper
from numpy.typing import NDArray

# The order of CTranslate2's numbers for types.
_TYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)
_SILENT_SERVER_SECONDS = 60

_Array = NDArray[Any]


def main() -> None:
    """Do one command; the words of a failure are the last line on stderr."""
    parser = argparse.ArgumentParser(description="Makes and downloads checkpoints for openai-whisper.")
    commands = parser.add_subparsers(dest="command", required=True)
    convert_parser = commands.add_parser("convert", help="turn a CTranslate2 model into a checkpoint")
    convert_parser.add_argument("target", type=Path)
    convert_parser.add_argument("parts", type=Path, nargs="+")
    fetch_parser = commands.add_parser("fetch", help="download an official checkpoint")
    fetch_parser.add_argument("name")
    fetch_parser.add_argument("target", type=Path)
    arguments = parser.parse_args()

    try:
        if arguments.command == "convert":
            convert(arguments.parts, arguments.target)
        else:
            fetch(arguments.name, arguments.target, on_progress=_say)
    except urllib.error.URLError as error:
        sys.exit(str(error.reason))
    except (OSError, ValueError, RuntimeError) as error:
        sys.exit(str(error))


def convert(parts: Sequence[Path], target: Path) -> None:
    """Write a checkpoint with the numbers of a CTranslate2 Whisper model; raises ValueError for any other file."""
    variables = read_ctranslate2(b"".join(part.read_bytes() for part in parts))
    _write(checkpoint_of(variables), target)


def fetch(name: str, target: Path, *, on_progress: Callable[[int, int], None]) -> None:
    """Download an official checkpoint through openai-whisper, which compares its checksum.

    `on_progress` gets bytes done and bytes in all. Raises OSError without a network, RuntimeError for a damaged file.
    """
    socket.setdefaulttimeout(_SILENT_SERVER_SECONDS)
    library: Any = whisper
    library.tqdm = lambda *, total, **_: _Bar(total, on_progress)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".fetch-") as folder:
        # The public load_model() would also load the model, which takes three times its size in memory.
        downloaded = library._download(library._MODELS[name], folder, in_memory=False)  # noqa: SLF001
        _sync(Path(downloaded))
        Path(downloaded).replace(target)
    _sync_folder(target.parent)


def read_ctranslate2(model: bytes) -> dict[str, _Array]:
    """Read the variables of a Whisper model in version 6 of CTranslate2's file layout (its `model_spec.py`)."""
    stream = io.BytesIO(model)

    def number(code: str) -> int:
        value: int = struct.unpack(f"<{code}", stream.read(struct.calcsize(f"<{code}")))[0]
        return value

    def text() -> str:
        return stream.read(number("H"))[:-1].decode()

    try:
        version, kind, _revision = number("I"), text(), number("I")
        if (version, kind) != (6, "WhisperSpec"):
            raise ValueError(f"This is no Whisper model in CTranslate2's format 6, but {kind} in format {version}.")
        variables: dict[str, _Array] = {}
        for _ in range(number("I")):
            name = text()
            shape = [number("I") for _ in range(number("B"))]
            kind_of_number, size = _TYPES[number("B")], number("I")
            variables[name] = np.frombuffer(stream.read(size), kind_of_number).reshape(shape)
    except (struct.error, UnicodeDecodeError, IndexError) as error:
        raise ValueError("This is no model in CTranslate2's format, or it is cut off.") from error
    return variables


def checkpoint_of(variables: dict[str, _Array]) -> dict[str, Any]:
    """Give CTranslate2's variables the names and shapes that openai-whisper loads."""
    weights = _Weights(variables)
    for side in ("encoder", "decoder"):
        weights.copy(f"{side}.positional_embedding", f"{side}/position_encodings/encodings")
    weights.copy("decoder.token_embedding.weight", "decoder/embeddings/weight")
    for convolution in ("conv1", "conv2"):
        for kind in ("weight", "bias"):
            weights.copy(f"encoder.{convolution}.{kind}", f"encoder/{convolution}/{kind}")
    layers = {side: _copy_layers(weights, side) for side in ("encoder", "decoder")}
    weights.norm("encoder.ln_post", "encoder/layer_norm")
    weights.norm("decoder.ln", "decoder/layer_norm")

    audio_length, audio_width = variables["encoder/position_encodings/encodings"].shape
    text_length, text_width = variables["decoder/position_encodings/encodings"].shape
    dimensions = {
        "n_mels": variables["encoder/conv1/weight"].shape[1],
        "n_vocab": variables["decoder/embeddings/weight"].shape[0],
        "n_audio_ctx": audio_length,
        "n_audio_state": audio_width,
        "n_audio_head": int(variables["encoder/num_heads"]),
        "n_audio_layer": layers["encoder"],
        "n_text_ctx": text_length,
        "n_text_state": text_width,
        "n_text_head": int(variables["decoder/num_heads"]),
        "n_text_layer": layers["decoder"],
    }
    return {"dims": dimensions, "model_state_dict": weights.state}


def _copy_layers(weights: "_Weights", side: str) -> int:
    """Copy all layers of the encoder or decoder and count them."""
    layer = 0
    while f"{side}/layer_{layer}/ffn/linear_0/weight" in weights.variables:
        source, target = f"{side}/layer_{layer}", f"{side}.blocks.{layer}"
        weights.linear(f"{target}.attn", f"{source}/self_attention/linear_0", "query", "key", "value")
        weights.linear(f"{target}.attn", f"{source}/self_attention/linear_1", "out")
        weights.norm(f"{target}.attn_ln", f"{source}/self_attention/layer_norm")
        if side == "decoder":
            weights.linear(f"{target}.cross_attn", f"{source}/attention/linear_0", "query")
            weights.linear(f"{target}.cross_attn", f"{source}/attention/linear_1", "key", "value")
            weights.linear(f"{target}.cross_attn", f"{source}/attention/linear_2", "out")
            weights.norm(f"{target}.cross_attn_ln", f"{source}/attention/layer_norm")
        weights.linear(f"{target}.mlp", f"{source}/ffn/linear_0", "0")
        weights.linear(f"{target}.mlp", f"{source}/ffn/linear_1", "2")
        weights.norm(f"{target}.mlp_ln", f"{source}/ffn/layer_norm")
        layer += 1
    return layer


class _Weights:
    """Copies variables under openai-whisper's names."""

    def __init__(self, variables: dict[str, _Array]) -> None:
        self.variables = variables
        self.state: dict[str, torch.Tensor] = {}

    def copy(self, target: str, source: str) -> None:
        self._put(target, self.variables[source])

    def norm(self, target: str, source: str) -> None:
        self.copy(f"{target}.weight", f"{source}/gamma")
        self.copy(f"{target}.bias", f"{source}/beta")

    def linear(self, target: str, source: str, *parts: str) -> None:
        """Take apart projections that CTranslate2 stacks by rows; Whisper's key has no bias, so that part is zero."""
        stacked_weights = np.split(self.variables[f"{source}/weight"], len(parts))
        stacked_biases = np.split(self.variables[f"{source}/bias"], len(parts))
        for part, weight, bias in zip(parts, stacked_weights, stacked_biases, strict=True):
            self._put(f"{target}.{part}.weight", weight)
            if part != "key":
                self._put(f"{target}.{part}.bias", bias)
            elif bias.any():
                raise ValueError(f"{source} has a bias for the key, which Whisper has not.")

    def _put(self, target: str, array: _Array) -> None:
        if array.dtype not in (np.float16, np.float32):
            raise ValueError("This model is quantised; only original numbers convert exactly.")
        self.state[target] = torch.from_numpy(array.copy())


class _Bar:
    """What openai-whisper's download uses of tqdm."""

    def __init__(self, total_bytes: int, on_progress: Callable[[int, int], None]) -> None:
        self._done_bytes, self._total_bytes, self._said = 0, total_bytes, -1
        self._on_progress = on_progress

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def update(self, more_bytes: int) -> None:
        self._done_bytes += more_bytes
        percent = 100 * self._done_bytes // self._total_bytes
        if percent != self._said:
            self._said = percent
            self._on_progress(self._done_bytes, self._total_bytes)


def _write(checkpoint: dict[str, Any], target: Path) -> None:
    """Write whole or not at all: under another name first, and on the disk before it gets its own."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}-", delete=False) as stream:
        written = Path(stream.name)
        try:
            torch.save(checkpoint, stream)
            stream.flush()
            os.fsync(stream.fileno())
            # Temporary files are private; weights are public, and the application may run as another user.
            written.chmod(0o644)
        except BaseException:
            written.unlink()
            raise
    written.replace(target)
    _sync_folder(target.parent)


def _sync(path: Path) -> None:
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; Windows does so by itself and cannot open folders."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _say(done_bytes: int, total_bytes: int) -> None:
    sys.stdout.write(json.dumps({"done": done_bytes, "total": total_bytes}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
