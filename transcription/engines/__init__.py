"""Speech engines: the only files that import a speech library are in this folder."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from transcription.speech import Speech
from transcription.windows import Clip


class Engine(Protocol):
    """A loaded model. It does one job at a time and blocks while it does."""

    @property
    def name(self) -> str:
        """The engine's name, for example `openai-whisper`."""

    @property
    def model(self) -> str:
        """The model's name, for example `base`."""

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
        """Hear mono samples at 16 kHz (−1 to 1) where the clips say that somebody speaks.

        `language` is a code like `sv`; None lets the engine detect it, `among` some codes or all. `on_progress` gets
        the seconds of `samples` that are done, never fewer than before; an exception it raises ends the work and
        reaches the caller. `into_english` translates: a word is a whole sentence then. Raises ValueError where the
        model cannot.
        """
