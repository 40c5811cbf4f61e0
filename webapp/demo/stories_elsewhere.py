"""The stories under the rules of LU-Soc (types and a presentation) and JU (points and evidence)."""

from datetime import UTC, datetime, time, timedelta

from models.actions.gatherings import Plan
from models.portfolios import time_zone
from models.tables.activities import Mode, Place
from models.tables.gatherings import Part
from webapp import demo_people as people
from webapp.demo.cast import Cast, Story
from webapp.demo.hands import Student
from webapp.demo.letters import letter
from webapp.demo.office import organiser_confirms
from webapp.demo.stage import Stage
from webapp.demo.texts import bytes_of, text_of

SOCIETY, HEALTH = "SAM-SOC", "HHJ-ARB"
EVENINGS = (61, 54, 47, 40, 33, 26, 19, 12)
"""So many days ago Viggo helped at the language meeting."""
TODAYS, NEXT_MONTHS = "Presentations in the lecture hall", "Presentations in the student café"


def stories_elsewhere(stage: Stage, cast: Cast) -> list[Story]:
    """List everybody's story, and first what staff do for all of them."""
    return [tell(stage, cast) for tell in (_staff, _moa, _ebba, _viggo, _signe, _isak)]


async def _staff(stage: Stage, cast: Cast) -> Story:
    yield 254
    await cast.ingrid.answer_for("1AT25", "4BE25", "2TL25", "4TF25")
    await cast.gunnel.answer_for(SOCIETY, "SAM-INT")
    await cast.torkel.answer_for(HEALTH)
    yield 40
    await cast.gunnel.announce(_todays(stage.told_at), SOCIETY)
    await cast.gunnel.announce(await _next_months(stage), SOCIETY)
    yield 12
    await cast.gunnel.be_away(people.TORKEL, stage.in_days(-5), stage.in_days(16))
    yield 3
    await cast.torkel.draft_rules(
        HEALTH,
        {
            "id": "virtual-exchange",
            "points": 15,
            "name": {"sv": "Virtuellt utbyte", "en": "Virtual exchange"},
            "plural": {"sv": "virtuella utbyten", "en": "virtual exchanges"},
        },
    )


def _todays(told_at: datetime) -> Plan:
    """It has just begun when the story is told, so that one can try the code of the day."""
    begun = told_at.replace(minute=0, second=0, microsecond=0)
    return Plan(
        kind="presentation",
        title_sv="Presentationer i hörsalen",
        title_en=TODAYS,
        about_sv="Två presentationer på tio minuter och ett samtal. Koden för dagen står på väggen.",
        about_en="Two presentations of ten minutes and a conversation. The code of the day is on the wall.",
        where="Hörsalen, B 214",
        starts_at=begun,
        ends_at=begun + timedelta(hours=3),
    )


async def _next_months(stage: Stage) -> Plan:
    day, zone = stage.in_days(30), await time_zone()
    return Plan(
        kind="presentation",
        title_sv="Presentationer i studentcaféet",
        title_en=NEXT_MONTHS,
        about_sv="Berätta i tio minuter för dina medstudenter om vad du har upplevt. Fika efteråt.",
        about_en="Tell your fellow students in ten minutes what you have experienced. Coffee afterwards.",
        where="Studentcaféet",
        starts_at=datetime.combine(day, time(13, 15), zone).astimezone(UTC),
        ends_at=datetime.combine(day, time(15), zone).astimezone(UTC),
        capacity=4,
    )


async def _signe(stage: Stage, _cast: Cast) -> Story:
    yield 130
    signe = await Student.enrolled(stage, people.SIGNE, SOCIETY, stage.in_days(220), stage.in_days(-640), ["enrolled"])
    yield 128
    exchange = await signe.choose("Exchange studies abroad")
    certificate = letter(
        "Transcript of records",
        "Signe Myrheden, exchange student in sociology.",
        f"Period: {stage.in_days(-410)} to {stage.in_days(-260)}.",
        "Courses passed: Migration and the City; Qualitative Methods; Welfare in Europe.",
        "30 credits in all.",
    )
    await signe.prove(exchange, "transcript_of_records.pdf", certificate)
    await signe.do(exchange, 410, 260)  # Before she enrolled: the rules ask for proof.
    buddy = await signe.choose("Buddy group for international students")
    yield 80
    await signe.do(buddy, 120, 106, 92, 81)
    yield 47
    await signe.do(await signe.choose("Open lecture: migration"), 48)
    yield 19
    await signe.do(await signe.choose("Open lecture: climate and justice"), 20)
    yield 10
    await signe.sign_up(TODAYS, Part.LISTENER)
    yield 6
    await signe.choose("Open lecture: work without borders")


async def _ebba(stage: Stage, _cast: Cast) -> Story:
    yield 225
    ebba = await Student.enrolled(stage, people.EBBA, SOCIETY, stage.in_days(60), stage.in_days(-900), ["enrolled"])
    placement = await ebba.choose("Placement abroad")
    yield 140
    await ebba.do(placement, 205, 180, 145)
    cafe = await ebba.choose("Language café")
    homework = await ebba.choose("Homework help for newcomers")
    yield 50
    await ebba.do(cafe, 130, 109, 88)
    await ebba.do(homework, 95, 81, 67, 53)
    yield 14
    await ebba.hand_in(await ebba.write_final(text_of("final_society")))
    yield 13
    await ebba.sign_up(TODAYS, Part.PRESENTER, "A town hall with three languages")
    await ebba.sign_up(NEXT_MONTHS, Part.LISTENER)


async def _isak(stage: Stage, cast: Cast) -> Story:
    yield 33
    isak = await Student.enrolled(stage, people.ISAK, SOCIETY, stage.in_days(400), stage.in_days(-100), ["enrolled"])
    yield 30
    await cast.gunnel.void(
        isak.enrolment, "Studies at another faculty and enrolled here by mistake; was told whom to ask there."
    )


async def _moa(stage: Stage, cast: Cast) -> Story:
    yield 250
    moa = await Student.enrolled(stage, people.MOA, SOCIETY, stage.in_days(-60), stage.in_days(-1100), ["enrolled"])
    await moa.choose("Language café")
    yield 9
    await cast.gunnel.deregister(moa.enrolment, "Finished her studies and does not go on; agreed by telephone.")


async def _viggo(stage: Stage, cast: Cast) -> Story:
    yield 205
    viggo = await Student.enrolled(stage, people.VIGGO, HEALTH, stage.in_days(190))
    buddy = await viggo.choose("Buddy for an exchange student")
    placement = await viggo.choose("Placement abroad")
    yield 118
    link = await viggo.ask(buddy, "The student union's buddies")
    yield 116
    await organiser_confirms(
        stage,
        link,
        "Hedvig Brunnsäter",
        "Coordinator of the buddies",
        percent=95,
        note="Viggo met his student almost every week and came to all but one of our evenings.",
    )
    yield 115
    await viggo.report(buddy, 198, 170, 142, 119)
    yield 111
    await cast.torkel.confirm(buddy, "Thank you, also for being patient with the form.")
    meeting = await viggo.choose("Language meeting for newcomers")
    yield 60
    certificate = letter(
        "Certificate of placement",
        "Viggo Lindekrans, student of occupational therapy, has worked with us",
        f"from {stage.in_days(-126)} to {stage.in_days(-64)}, full time.",
        "He took part in home visits and led a group for people after a stroke.",
        "Supervisor: M. Aaltokivi, occupational therapist.",
    )
    await viggo.prove(placement, "certificate_of_placement.pdf", certificate)
    await viggo.report(placement, 126, 95, 64)
    yield 56
    await cast.torkel.confirm(placement)
    yield 44
    news = await viggo.propose(
        "Following the news of other countries",
        "Every morning I read about health care in a newspaper from another country.",
        Place.SWEDEN,
        Mode.ONLINE,
    )
    yield 41
    await cast.torkel.answer_proposal(
        news,
        decline="Reading on one's own is good preparation, but there is no meeting in it and nothing that somebody "
        "could confirm. If you start a group that discusses what you read, propose that instead.",
    )
    await cast.torkel.share_precedent(
        news,
        "Läsa nyheter från andra länder på egen hand",
        "Reading news from other countries on one's own",
        "On its own it gives no points: nobody else takes part, and there is no evidence. A group that meets and "
        "discusses what it reads can count.",
    )
    yield 7
    attendance = letter(
        "Attendance",
        "Language meeting for newcomers, 17.30 to 19.30.",
        "Viggo Lindekrans has helped on these evenings:",
        *(str(stage.in_days(-days)) for days in EVENINGS),
    )
    await viggo.prove(meeting, "attendance.pdf", attendance)
    await viggo.prove(meeting, "our_table.jpg", bytes_of("cafe_table.jpg"))
    await viggo.report(meeting, *EVENINGS)
