"""Sound in which nobody speaks, made from numbers: music of several kinds, tones and noises, 16 kHz mono."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
LOUD = 9000

Sound = NDArray[np.float64]
# Two bars of a minor key and two of its major one, in semitones above A.
_CHORDS = ((0, 3, 7), (5, 8, 12), (3, 7, 10), (-2, 2, 5))
_CHORD_SECONDS = 2.0


def silence(seconds: float) -> NDArray[np.int16]:
    """Nothing at all."""
    return np.zeros(round(seconds * RATE), np.int16)


def white_noise(seconds: float) -> NDArray[np.int16]:
    """Loud noise, all pitches alike."""
    return _as_samples(_chance().normal(size=round(seconds * RATE)))


def pink_noise(seconds: float) -> NDArray[np.int16]:
    """A waterfall."""
    return _as_samples(_coloured(seconds, lambda pitches: 1 / np.sqrt(np.maximum(pitches, 20.0))))


def tone(seconds: float) -> NDArray[np.int16]:
    """1 kHz."""
    return _as_samples(np.sin(2 * np.pi * 1000 * _times(seconds)))


def hum(seconds: float) -> NDArray[np.int16]:
    """A bad cable: 50 Hz and its multiples, with a little noise."""
    times = _times(seconds)
    buzz = sum(np.sin(2 * np.pi * 50 * n * times + n) / n for n in range(1, 12))
    return _as_samples(buzz + 0.02 * _chance().normal(size=len(times)))


def clicks(seconds: float) -> NDArray[np.int16]:
    """Somebody types: short bursts, never two alike."""
    chance = _chance()
    sound = 0.002 * chance.normal(size=round(seconds * RATE))
    for start in np.cumsum(chance.uniform(0.08, 0.5, round(seconds * 3.5))):
        length = round(chance.uniform(0.004, 0.02) * RATE)
        _add(sound, start, chance.uniform(0.3, 1) * chance.normal(size=length) * np.exp(-np.linspace(0, 6, length)))
    return _as_samples(sound)


def traffic(seconds: float) -> NDArray[np.int16]:
    """A road: deep noise that swells whenever somebody drives by, with engines in it."""
    chance, times = _chance(), _times(seconds)
    road = _coloured(seconds, lambda pitches: 1 / (1 + (pitches / 200) ** 2))
    sound = 0.3 * road / road.std()
    for passing in np.cumsum(chance.uniform(3, 12, round(seconds / 5) + 1)):
        nearness = np.exp(-(((times - passing) / 1.8) ** 2))
        pitch = chance.uniform(40, 110) * (1 - 0.06 * np.tanh(times - passing))
        engine = sum(np.sin(n * 2 * np.pi * np.cumsum(pitch) / RATE) / n for n in range(1, 7))
        sound = sound + nearness * (road / road.std() + 0.5 * engine)
    return _as_samples(sound)


def chords(seconds: float) -> NDArray[np.int16]:
    """A pad: soft chords that follow each other."""
    return _as_samples(_played(seconds, _CHORD_SECONDS, _pad))


def arpeggios_with_drums(seconds: float) -> NDArray[np.int16]:
    """Broken chords on a bell, bass drum, snare and cymbal."""
    chance = _chance()
    sound = np.zeros(round(seconds * RATE))
    for number, start in enumerate(np.arange(0, seconds, 0.25)):
        chord = _CHORDS[int(start / _CHORD_SECONDS) % len(_CHORDS)]
        _add(sound, start, 0.5 * _bell(_pitch(chord[number % 3] + 12), 0.8))
        _add(sound, start, 0.15 * chance.normal(size=RATE // 20) * np.exp(-np.linspace(0, 8, RATE // 20)))
        if number % 4 == 0:
            falling = np.cumsum(np.linspace(130, 45, RATE // 4)) / RATE
            _add(sound, start, np.sin(2 * np.pi * falling) * np.exp(-np.linspace(0, 5, RATE // 4)))
        if number % 4 == 2:
            _add(sound, start, 0.5 * chance.normal(size=RATE // 6) * np.exp(-np.linspace(0, 7, RATE // 6)))
    return _as_samples(sound)


def organ(seconds: float) -> NDArray[np.int16]:
    """Pipes: held chords of many overtones that tremble a little, above a deep pedal."""
    trembling = 1 + 0.08 * np.sin(2 * np.pi * 5.5 * _times(seconds))
    return _as_samples(_played(seconds, 2 * _CHORD_SECONDS, _pipes) * trembling)


def plucked_guitar(seconds: float) -> NDArray[np.int16]:
    """Strings that are plucked and ring: noise that goes round in a loop and grows dull."""
    chance = _chance()
    sound = np.zeros(round(seconds * RATE))
    for number, start in enumerate(np.arange(0, seconds, 0.3)):
        chord = _CHORDS[int(start / _CHORD_SECONDS) % len(_CHORDS)]
        _add(sound, start + chance.uniform(0, 0.02), _plucked(_pitch(chord[(2 * number) % 3] - 12), 1.6, chance))
    return _as_samples(sound)


def strings_with_vibrato(seconds: float) -> NDArray[np.int16]:
    """A violin's tune, the nearest to a voice: overtones, vibrato, slides from tone to tone, and bow noise."""
    chance, times = _chance(), _times(seconds)
    tune = chance.choice([0, 2, 3, 5, 7, 8, 10, 12], size=round(seconds / 0.6) + 2)
    semitones = np.interp(times, np.arange(len(tune)) * 0.6 + 0.25, tune)
    pitches = _pitch(semitones) * (1 + 0.008 * np.sin(2 * np.pi * 5.8 * times))
    phases = 2 * np.pi * np.cumsum(pitches) / RATE
    bow = 0.7 + 0.3 * np.sin(2 * np.pi * times / 1.7) + 0.05 * chance.normal(size=len(times))
    return _as_samples(bow * sum(np.sin(n * phases) / n for n in range(1, 13)))


MUSIC = (chords, arpeggios_with_drums, organ, plucked_guitar, strings_with_vibrato)
NO_SPEECH = (silence, white_noise, pink_noise, tone, hum, clicks, traffic, *MUSIC)


def _played(seconds: float, each_seconds: float, play: Callable[[Sequence[int], float], Sound]) -> Sound:
    """One chord after the other."""
    sound = np.zeros(round(seconds * RATE))
    for number, start in enumerate(np.arange(0, seconds, each_seconds)):
        _add(sound, start, play(_CHORDS[number % len(_CHORDS)], each_seconds))
    return sound


def _pad(chord: Sequence[int], seconds: float) -> Sound:
    tones = _mixed([(_pitch(note) * (1 + beat), 1.0) for note in chord for beat in (-0.002, 0.002)], seconds * 1.2)
    return tones * np.sin(np.linspace(0, np.pi, len(tones)))


def _pipes(chord: Sequence[int], seconds: float) -> Sound:
    overtones = [(_pitch(note) * n, 1 / n) for note in chord for n in (1, 2, 3, 4, 6, 8)]
    tones = _mixed([*overtones, (_pitch(chord[0] - 24), 2.0)], seconds)
    edge = np.minimum(1.0, np.linspace(0, seconds / 0.05, len(tones)))
    return tones * edge * edge[::-1]


def _bell(pitch: float, seconds: float) -> Sound:
    tones = _mixed([(pitch, 1.0), (2.76 * pitch, 0.4), (5.4 * pitch, 0.2)], seconds)
    return tones * np.exp(-np.linspace(0, 5, len(tones)))


def _plucked(pitch: float, seconds: float, chance: np.random.Generator) -> Sound:
    period = round(RATE / pitch)
    turns = [chance.uniform(-1, 1, period)]
    for _ in range(round(seconds * RATE / period)):
        turns.append(0.498 * (turns[-1] + np.roll(turns[-1], 1)))
    return np.concatenate(turns)


def _mixed(tones: Iterable[tuple[float, float]], seconds: float) -> Sound:
    times = _times(seconds)
    sound: Sound = sum((loudness * np.sin(2 * np.pi * pitch * times) for pitch, loudness in tones), 0 * times)
    return sound


def _pitch(semitones: float | Sound) -> float | Sound:
    return 220 * 2 ** (semitones / 12)


def _coloured(seconds: float, loudness: Callable[[Sound], Sound]) -> Sound:
    count = round(seconds * RATE)
    pitches = np.fft.rfftfreq(count, 1 / RATE)
    return np.fft.irfft(np.fft.rfft(_chance().normal(size=count)) * loudness(pitches), count)


def _add(sound: Sound, start_seconds: float, part: Sound) -> None:
    first = round(start_seconds * RATE)
    room = sound[first : first + len(part)]
    room += part[: len(room)]


def _times(seconds: float) -> Sound:
    return np.arange(round(seconds * RATE)) / RATE


def _chance() -> np.random.Generator:
    return np.random.default_rng(11)


def _as_samples(sound: Sound) -> NDArray[np.int16]:
    """As loud as a recording of speech is at its loudest."""
    return np.asarray(sound / np.abs(sound).max() * LOUD, np.int16)
