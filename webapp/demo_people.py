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


NOVA = DemoPerson("Nova Ekdal", "nova@demo.example", Bilingual("börjar nu", "starting out"))
ELIAS = DemoPerson("Elias Brandt", "elias@demo.example", Bilingual("mitt i", "half-way"))
MIRA = DemoPerson("Mira Solander", "mira@demo.example", Bilingual("dags för slutreflektionen", "final reflection next"))
TOVE = DemoPerson("Tove Almgren", "tove@demo.example", Bilingual("har ansökt", "has applied"))
SIXTEN = DemoPerson("Sixten Rask", "sixten@demo.example", Bilingual("har certifikatet", "holds the certificate"))
SIGNE = DemoPerson(
    "Signe Myrheden",
    "signe@demo.example",
    Bilingual("samhällsvetenskap, Lunds regler: tre slags aktiviteter", "social sciences, Lund's rules: three types"),
)
VIGGO = DemoPerson(
    "Viggo Lindekrans",
    "viggo@demo.example",
    Bilingual("hälsa, Jönköpings regler: 70 av 100 poäng", "health, Jönköping's rules: 70 of 100 points"),
)

ASTRID = DemoPerson(
    "Astrid Hellbom",
    "astrid@demo.example",
    Bilingual("arbetsterapi och bioentreprenörskap", "occupational therapy and bioentrepreneurship"),
)
HENRIK = DemoPerson(
    "Henrik Falkvik",
    "henrik@demo.example",
    Bilingual("tandläkarprogrammet och translationell fysiologi", "dental programme and translational physiology"),
)
BERIT = DemoPerson(
    "Berit Kvarnlund",
    "berit@demo.example",
    Bilingual("samhällsvetenskap och hälsa", "social sciences and health"),
)

RUNA = DemoPerson("Runa Vikmyr", "runa@demo.example", Bilingual("translationell fysiologi", "translational physiology"))
KERSTIN = DemoPerson(
    "Kerstin Lodmark",
    "kerstin@demo.example",
    Bilingual("leder bedömargruppen i translationell fysiologi", "leads the group of translational physiology"),
)

INGRID = DemoPerson(
    "Ingrid Söderby",
    "ingrid@demo.example",
    Bilingual("de fyra programmen i piloten", "four programmes of the pilot"),
)
GUNNEL = DemoPerson(
    "Gunnel Åsvik", "gunnel@demo.example", Bilingual("samhällsvetenskap, är borta nu", "social sciences, away now")
)
TORKEL = DemoPerson(
    "Torkel Fjällgren",
    "torkel@demo.example",
    Bilingual("hälsa, och Gunnels ersättare", "health, and Gunnel's deputy"),
)
ROBIN = DemoPerson("Robin Lindqvister", "robin@demo.example", Bilingual("bjuder in folk", "invites people"))


@dataclass(frozen=True, slots=True)
class DemoGroup:
    """People with the same role."""

    title: Bilingual
    people: tuple[DemoPerson, ...]


DEMO_GROUPS = (
    DemoGroup(Bilingual("Student", "Student"), (NOVA, ELIAS, MIRA, TOVE, SIXTEN, SIGNE, VIGGO)),
    DemoGroup(Bilingual("Bedömare", "Assessor"), (ASTRID, HENRIK, BERIT, RUNA)),
    DemoGroup(Bilingual("Sammankallande", "Convener"), (KERSTIN,)),
    DemoGroup(Bilingual("Programkansli", "Programme staff"), (INGRID, GUNNEL, TORKEL)),
    DemoGroup(Bilingual("Administratör", "Administrator"), (ROBIN,)),
)
"""Those who are offered for signing in."""

DEMO_PEOPLE = tuple(person for group in DEMO_GROUPS for person in group.people)

ALVA = DemoPerson("Alva Tidelius", "alva@demo.example", Bilingual("väntar på svar", "waits for answers"))
OSSIAN = DemoPerson("Ossian Bergwall", "ossian@demo.example", Bilingual("har fått uppskov", "has an extension"))
FREJA = DemoPerson("Freja Nordanå", "freja@demo.example", Bilingual("skriver", "is writing"))
MELKER = DemoPerson("Melker Strandh", "melker@demo.example", Bilingual("för sent ute", "missed the deadline"))
EBBA = DemoPerson("Ebba Rosenvik", "ebba@demo.example", Bilingual("har lämnat in rapporten", "has handed in a report"))
ISAK = DemoPerson("Isak Vendelmark", "isak@demo.example", Bilingual("fel fakultet", "of another faculty"))
MOA = DemoPerson("Moa Stenkrona", "moa@demo.example", Bilingual("är färdig utan certifikat", "ended without applying"))

BACKGROUND_PEOPLE = (ALVA, OSSIAN, FREJA, MELKER, EBBA, ISAK, MOA)
"""Students who fill the lists; they sign in with the same password."""
