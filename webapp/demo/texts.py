"""What the students of the demonstration wrote and posted; long texts lie in `files/texts`."""

from dataclasses import dataclass
from importlib.resources import files

FILES = files("webapp.demo") / "files"


@dataclass(frozen=True, slots=True)
class DemoPost:
    """A photo of `files` with its words."""

    photo: str
    caption: str
    alt_text: str


@dataclass(frozen=True, slots=True)
class DemoReport:
    """A series of posts and the file of the text that goes with them."""

    text: str
    posts: tuple[DemoPost, ...]


def text_of(name: str) -> str:
    """Read a text by the name of its file, without its ending."""
    return (FILES / "texts" / f"{name}.txt").read_text(encoding="utf-8").strip()


def bytes_of(name: str) -> bytes:
    """Read a recording or a photo by the name of its file."""
    return (FILES / name).read_bytes()


WELCOME_WEEK = DemoReport(
    "posts_welcome_week",
    (
        DemoPost(
            "study_visit.jpg",
            "Monday, 08.30. None of us knew each other's names. Guess who had been awake for thirty hours.",
            "Five students in bright jumpers stand in front of the entrance of a light hospital building.",
        ),
        DemoPost(
            "cafe_table.jpg",
            "What do you say to someone who is ill? Three languages, three wishes, one plate of cardamom buns.",
            "Three students with coffee cups around a round table by a window, with a sheet of notes in front of them.",
        ),
        DemoPost(
            "bridge.jpg",
            "The walk to the bridge. “Why is it so quiet here?” – “Is it?” I had never heard it before.",
            "A red suspension bridge over calm water, with the towers of a city behind it and a small sailing boat.",
        ),
        DemoPost(
            "hills.jpg",
            "Thursday evening. We talked about everything but going home. She stayed.",
            "Dusk over dark hills with a row of firs; one window is lit in a small house.",
        ),
    ),
)

TEDX = DemoReport(
    "posts_tedx",
    (
        DemoPost(
            "cafe_table.jpg",
            "The meeting at which somebody finally said that the programme was boring. Thank you.",
            "Three people around a table with coffee cups and a handwritten programme.",
        ),
        DemoPost(
            "lecture_hall.jpg",
            "The dress rehearsal. The slide shows where all our speakers were when they practised.",
            "A speaker at a lectern in a full lecture hall; on the screen a globe with four places joined by a line.",
        ),
        DemoPost(
            "bridge.jpg",
            "The morning after, on the way to the airport with the last speaker. We counted the lamps on the bridge.",
            "A suspension bridge in morning light with a city behind it.",
        ),
    ),
)

RECEPTION = DemoReport(
    "posts_reception",
    (
        DemoPost(
            "study_visit.jpg",
            "Study visit at the public dental clinic. The best question: how does one dare to say “once more, please”?",
            "Five students stand before the glass doors of a clinic with a green cross above the entrance.",
        ),
        DemoPost(
            "kitchen_table.jpg",
            "Tuesday in the kitchen. Every question about food is a question about somebody's grandmother.",
            "Two people at a kitchen table with a steaming pot of stew and four empty plates; night outside.",
        ),
        DemoPost(
            "cafe_table.jpg",
            "Last day. They told us what they had noticed before they got used to it. We took notes.",
            "Three students talk over coffee at a round table; a page of notes lies between the cups.",
        ),
    ),
)

LECTURES = DemoReport(
    "posts_lectures",
    (
        DemoPost(
            "lecture_hall.jpg",
            "Wednesday, 18.00: retired doctors, a school class, a nurse and me.",
            "Rows of listeners in a lecture hall, seen from behind, and a lecturer beside a screen with a globe.",
        ),
        DemoPost(
            "cafe_table.jpg",
            "The break was as good as the lecture. How does one ask for consent when a signature means a loss?",
            "Three people in conversation around a table with coffee.",
        ),
        DemoPost(
            "hills.jpg",
            "On my way home. More questions than I came with.",
            "A violet evening sky with a low sun over hills and a single lit house.",
        ),
    ),
)
