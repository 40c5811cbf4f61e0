"""The invented people of the demonstration."""

from dataclasses import dataclass

from models.rules.bilingual import Bilingual

DEMO_PASSWORD = "try the certificate"  # noqa: S105  It opens nothing but invented data.


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to be in the demonstration."""

    name: str
    email: str
    about: Bilingual


NOVA = DemoPerson("Nova Ekdal", "nova@demo.example", Bilingual("student, börjar nu", "student, starting out"))
ELIAS = DemoPerson("Elias Brandt", "elias@demo.example", Bilingual("student, mitt i", "student, half-way"))
MIRA = DemoPerson(
    "Mira Solander",
    "mira@demo.example",
    Bilingual("student, dags för slutreflektionen", "student, final reflection next"),
)
TOVE = DemoPerson("Tove Almgren", "tove@demo.example", Bilingual("student, har ansökt", "student, has applied"))
SIXTEN = DemoPerson(
    "Sixten Rask", "sixten@demo.example", Bilingual("student, har certifikatet", "student, holds the certificate")
)
ASTRID = DemoPerson(
    "Astrid Hellbom",
    "astrid@demo.example",
    Bilingual(
        "bedömare, arbetsterapi och bioentreprenörskap", "assessor, occupational therapy and bioentrepreneurship"
    ),
)
HENRIK = DemoPerson(
    "Henrik Falkvik",
    "henrik@demo.example",
    Bilingual(
        "bedömare, tandläkarprogrammet och translationell fysiologi",
        "assessor, dental programme and translational physiology",
    ),
)
INGRID = DemoPerson("Ingrid Söderby", "ingrid@demo.example", Bilingual("programhandläggare", "programme staff"))
ROBIN = DemoPerson("Robin Lindqvister", "robin@demo.example", Bilingual("administratör", "administrator"))

DEMO_PEOPLE = (NOVA, ELIAS, MIRA, TOVE, SIXTEN, ASTRID, HENRIK, INGRID, ROBIN)
"""Those who are offered for signing in."""

ALVA = DemoPerson(
    "Alva Tidelius", "alva@demo.example", Bilingual("student, väntar på svar", "student, waits for answers")
)
OSSIAN = DemoPerson(
    "Ossian Bergwall", "ossian@demo.example", Bilingual("student, har fått uppskov", "student, has an extension")
)
FREJA = DemoPerson("Freja Nordanå", "freja@demo.example", Bilingual("student, skriver", "student, is writing"))
MELKER = DemoPerson(
    "Melker Strandh", "melker@demo.example", Bilingual("student, för sent ute", "student, missed the deadline")
)

BACKGROUND_PEOPLE = (ALVA, OSSIAN, FREJA, MELKER)
"""Students who fill the lists; they sign in with the same password."""
