"""Which kinds of numbers an engine computes with here, as its self-test found and kept it; plain data in a file."""

import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Numbers = Literal["fp32", "bf16", "fp16", "int8"]

# Measured with this sound, which is harder than speech: bf16 differs by 2–4 % from float32, int8 weights by 9 % (by 2 %
# with speech, and the words stay as good); a wrong product by far more.
MOST_DIFFERENCE = 0.15


@dataclass(frozen=True, slots=True)
class Trial:
    """One kind of numbers in one half of the model; `difference` is relative to float32."""

    half: str
    numbers: Numbers
    milliseconds: float
    difference: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The numbers to use, and what was measured for it."""

    encoder: Numbers
    decoder: Numbers
    short_sound: bool
    trials: tuple[Trial, ...] = ()
    key: str = ""
    """The machine, model and versions it holds for."""

    @property
    def words(self) -> str:
        """One line for whoever looks after the machine."""
        tried = ", ".join(f"{one.half} {one.numbers} {one.milliseconds:.0f} ms" for one in self.trials)
        return f"encoder {self.encoder}, decoder {self.decoder}" + (f" ({tried})" if tried else "")


def kept_choice(folder: Path, model: str) -> Choice | None:
    """What the last self-test of a model chose; None where there was none or its file cannot be read."""
    try:
        stored = json.loads(_file(folder, model).read_text("utf-8"))
        return Choice(**{**stored, "trials": tuple(Trial(**trial) for trial in stored["trials"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep(choice: Choice, folder: Path, model: str) -> None:
    """Write whole or not at all; where the folder cannot be written, the next start measures again."""
    path = _file(folder, model)
    try:
        with tempfile.NamedTemporaryFile("w", dir=folder, prefix=f".{path.name}-", delete=False) as stream:
            json.dump(asdict(choice), stream, indent=1)
        Path(stream.name).replace(path)
    except OSError:
        return


def _file(folder: Path, model: str) -> Path:
    return folder / f"{model}.self-test.json"
