import json

from transcription.speech import Segment, Speech, Word


def make_speech() -> Speech:
    words = (Word("Good", 0.12, 0.5, 0.91), Word("morning.", 0.5, 1.25, 0.999))
    return Speech("en", (Segment(0.12, 1.25, "Good morning.", words, 0.013),), "openai-whisper", "base")


def test_speech_survives_json() -> None:
    stored = json.loads(json.dumps(make_speech().to_json()))

    assert Speech.from_json(stored) == make_speech()


def test_numbers_are_rounded_in_json() -> None:
    speech = Speech("en", (Segment(1 / 3, 2 / 3, "a", (Word("a", 1 / 3, 2 / 3, 1 / 3),), 2 / 3),), "e", "m")

    stored = speech.to_json()["segments"][0]

    assert (stored["start_seconds"], stored["end_seconds"], stored["no_speech_probability"]) == (0.33, 0.67, 0.667)
    assert stored["words"] == [{"text": "a", "start_seconds": 0.33, "end_seconds": 0.67, "confidence": 0.333}]


def test_the_text_joins_segments_with_a_blank() -> None:
    segment = Segment(0, 1, "Good morning.", (), 0)

    assert Speech("en", (segment, segment), "e", "m").text == "Good morning. Good morning."


def test_speech_stored_before_the_heard_language_was_told_can_be_read() -> None:
    stored = Speech("en", (), "e", "m", "sv", 0.91).to_json()

    assert (stored.pop("heard_language"), stored.pop("heard_language_probability")) == ("sv", 0.91)
    assert Speech.from_json(stored) == Speech("en", (), "e", "m")
