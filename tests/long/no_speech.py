"""Five minutes each of music, tones and noises, loud, soft and faint: the base model must not hear a word in them."""

import asyncio
import tempfile
from pathlib import Path

from tests.transcription import sounds
from transcription import weights
from transcription.warm import WarmEngine

SECONDS = 300.0
LOUDNESS = (1.0, 0.3, 0.1, 0.03)


def main() -> None:
    """Print what was heard; an AssertionError says which sound was taken for words."""
    asyncio.run(_run())


async def _run() -> None:
    with tempfile.TemporaryDirectory(prefix="cim-") as name:
        folder = Path(name)
        engine = WarmEngine(weights.find("base", models_folder=folder / "models"), "base")
        samples = folder / "samples.s16"
        invented = {}
        try:
            for make in sounds.NO_SPEECH:
                sound = make(SECONDS)
                for loudness in LOUDNESS:
                    samples.write_bytes((sound * loudness).astype("<i2").tobytes())
                    speech = await engine.transcribe(samples, language="en", on_progress=lambda _seconds: None)
                    print(f"  {make.__name__} × {loudness}: {len(speech.words)} words {speech.text[:60]}", flush=True)
                    if speech.words:
                        invented[make.__name__, loudness] = speech.text
        finally:
            await engine.close()
        assert not invented, invented
