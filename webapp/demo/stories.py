"""The stories of the students under the rules of the pilot."""

from models.tables.activities import Mode, Place
from webapp import demo_people as people
from webapp.demo.cast import Cast, Story
from webapp.demo.hands import Student
from webapp.demo.stage import Stage
from webapp.demo.texts import LECTURES, RECEPTION, TEDX, WELCOME_WEEK, text_of


def stories(stage: Stage, cast: Cast) -> list[Story]:
    """List everybody's story."""
    return [tell(stage, cast) for tell in (_sixten, _tove, _melker, _mira, _ossian, _elias, _alva, _freja, _nova)]


async def _nova(stage: Stage, _cast: Cast) -> Story:
    yield 2
    await stage.invite(people.NOVA)


async def _elias(stage: Stage, cast: Cast) -> Story:
    yield 120
    elias = await Student.enrolled(stage, people.ELIAS, "1AT25", stage.in_days(200))
    buddy = await elias.choose("Mentor or study buddy")
    yield 66
    await elias.do(buddy, 110, 96, 82, 68)
    podcast = await elias.record(buddy, "podcast", "buddy.webm")
    await elias.hand_in(podcast)
    yield 59
    await cast.astrid.accept(
        podcast,
        "I like how you turn the roles around. Keep the question about unspoken rules!",
        understanding="strong",
    )
    yield 58
    lectures = await elias.choose("Non-credit lectures in English")
    yield 20
    await elias.do(lectures, 50, 43, 36, 22)
    written = await elias.write(lectures, text_of("lectures"))
    await elias.hand_in(written)
    yield 9
    await cast.astrid.send_back(
        written,
        "The bus in the village is a strong example, and I would like to hear more of it: what did it change in how "
        "you look at occupation? Your last paragraph says that your understanding has grown. Show me where: take one "
        "moment from a lecture, say what you thought before and what you think now.",
        {"experience": "clear", "understanding": "clear", "change": "not-yet"},
    )
    await cast.astrid.keep(
        "Take one moment, and say what you thought before and what you think now.",
        "Thank you for letting us see this through your eyes.",
        "How could you use this in your profession?",
    )
    yield 8
    await elias.choose("Blended Intensive Programme")
    yield 4
    await elias.propose(
        "Reading circle with students of another university",
        "Six meetings online about novels on illness, together with occupational therapy students in another country.",
        Place.ABROAD,
        Mode.ONLINE,
    )


async def _mira(stage: Stage, cast: Cast) -> Story:
    yield 160
    mira = await Student.enrolled(stage, people.MIRA, "1AT25", stage.in_days(115))
    cafe = await mira.choose("Language café")
    yield 110
    await mira.do(cafe, 152, 138, 124, 112)
    podcast = await mira.record(cafe, "podcast", "cafe.webm")
    await mira.correct(podcast, "cafe", "café")
    await mira.hand_in(podcast)
    yield 104
    await cast.astrid.accept(podcast, "A whole evening about one word: what a good idea, and well told.")
    yield 100
    welcome = await mira.choose("Ambassador at the welcome week")
    yield 70
    await mira.do(welcome, 78, 77, 76, 75, 74)
    posts = await mira.post(welcome, WELCOME_WEEK)
    await mira.hand_in(posts)
    yield 62
    await cast.astrid.accept(
        posts, "The turn on Tuesday is exactly what we mean by intercultural competence.", understanding="strong"
    )
    yield 60
    course = await mira.choose("Course in global health")
    yield 6
    await mira.do(course, 55, 41, 27, 13)
    await mira.hand_in(await mira.write(course, text_of("global_halsa"), "sv"))


async def _tove(stage: Stage, cast: Cast) -> Story:
    yield 230
    tove = await Student.enrolled(stage, people.TOVE, "4BE25", stage.in_days(70))
    ambassador = await tove.choose("Student ambassador")
    yield 170
    await tove.do(ambassador, 200, 192, 178)
    podcast = await tove.record(ambassador, "podcast", "ambassador.webm")
    await tove.correct(podcast, "emphasitor", "ambassador")  # What the model "base" hears.
    await tove.hand_in(podcast)
    yield 163
    await cast.astrid.accept(
        podcast, "Clear and honest. The remark on silence deserves a place in your final reflection."
    )
    yield 150
    intensive = await tove.choose("Blended Intensive Programme")
    yield 104
    await tove.do(intensive, 130, 112, 106)
    written = await tove.write(intensive, text_of("intensive_programme"))
    await tove.hand_in(written)
    yield 97
    await cast.astrid.accept(written)
    yield 92
    tedx = await tove.choose("TEDx event")
    yield 48
    await tove.do(tedx, 80, 64, 51)
    posts = await tove.post(tedx, TEDX)
    await tove.hand_in(posts)
    yield 41
    await cast.astrid.accept(posts, "Fourteen lamps! Thank you for these pictures.")
    yield 24
    final = await tove.write_final(text_of("final_company"))
    await tove.hand_in(final)
    yield 13
    await cast.astrid.accept(final, "A mature text with a clear line from the first activity to the last.")
    yield 5
    await tove.apply()


async def _sixten(stage: Stage, cast: Cast) -> Story:
    yield 240
    sixten = await Student.enrolled(stage, people.SIXTEN, "2TL25", stage.in_days(45))
    fair = await sixten.choose("Chase career fair")
    yield 205
    await sixten.do(fair, 207, 206)
    whole_text = text_of("career_fair")
    written = await sixten.write(fair, whole_text.rpartition("\n\n")[0])
    await sixten.hand_in(written)
    yield 198
    await cast.henrik.send_back(
        written,
        "Well observed. Please add what you take with you from it into your profession.",
        {"experience": "strong", "understanding": "clear", "change": "not-yet"},
    )
    yield 195
    await sixten.revise(written, whole_text)
    await sixten.hand_in(written)
    yield 190
    await cast.henrik.accept(written)
    exchange = await sixten.choose("Exchange studies abroad")
    yield 84
    await sixten.do(exchange, 180, 150, 120, 90)
    term = await sixten.write(exchange, text_of("exchange"))
    await sixten.hand_in(term)
    yield 76
    await cast.henrik.accept(term, "The question that you ask in advance is worth spreading in our clinic.")
    reception = await sixten.choose("Welcoming incoming exchange students to your programme")
    yield 55
    await sixten.do(reception, 70, 68, 63, 57)
    posts = await sixten.post(reception, RECEPTION)
    await sixten.hand_in(posts)
    yield 50
    await cast.henrik.accept(posts)
    yield 36
    final = await sixten.write_final(text_of("final_clinic"))
    await sixten.hand_in(final)
    yield 27
    await cast.henrik.accept(
        final,
        "From being corrected to asking for it: an excellent final reflection.",
        line="strong",
        competence="strong",
    )
    yield 26
    first_try = await sixten.apply()
    yield 22
    await cast.ingrid.decline(
        first_try,
        "The confirmation of your exchange term from the host university has not reached us. "
        "Send it to the programme office, and apply again.",
    )
    yield 16
    second_try = await sixten.apply()
    yield 12
    await cast.ingrid.approve(second_try)


async def _alva(stage: Stage, _cast: Cast) -> Story:
    yield 90
    alva = await Student.enrolled(stage, people.ALVA, "4TF25", stage.in_days(250))
    buddy = await alva.choose("Mentor or study buddy")
    lectures = await alva.choose("Non-credit lectures in English")
    yield 15
    await alva.do(buddy, 80, 59, 38, 17)
    await alva.hand_in(await alva.record(buddy, "podcast", "buddy.webm"))
    yield 7
    await alva.do(lectures, 30, 23, 16, 9)
    posts = await alva.post(lectures, LECTURES)
    await alva.hand_in(posts)
    await alva.take_back(posts)  # One caption is to be better.


async def _ossian(stage: Stage, cast: Cast) -> Story:
    yield 145
    ossian = await Student.enrolled(stage, people.OSSIAN, "2TL25", stage.in_days(34))
    virtual = await ossian.choose("Virtual mobility")
    ambassador = await ossian.choose("Student ambassador")
    yield 40
    await ossian.do(virtual, 98, 84, 70, 49)
    written = await ossian.write(virtual, text_of("virtual_exchange"))
    await ossian.hand_in(written)
    yield 11
    await ossian.do(ambassador, 60, 32, 14)
    await ossian.hand_in(await ossian.record(ambassador, "video", "ambassador.mp4"))
    yield 10
    await cast.ingrid.extend(ossian.enrolment, stage.in_days(21), "Ill for three weeks during the term, by agreement.")
    yield 3
    await cast.henrik.claim(written)


async def _freja(stage: Stage, cast: Cast) -> Story:
    yield 75
    freja = await Student.enrolled(stage, people.FREJA, "1AT25", stage.in_days(300))
    journey = await freja.propose(
        "Two weeks of travelling by train", "I will visit five countries with a friend.", Place.ABROAD, Mode.ONSITE
    )
    homework = await freja.propose(
        "Homework help at a meeting place for newly arrived families",
        "Every other Saturday I help children with their homework and talk to their parents over coffee.",
        Place.SWEDEN,
        Mode.ONSITE,
    )
    exchange = await freja.choose("Exchange studies abroad")
    lectures = await freja.choose("Online lectures in English")
    yield 71
    await cast.ingrid.answer_proposal(
        journey,
        decline="A journey as such has no task that you could reflect on. If you take a course or volunteer "
        "on the way, propose that instead.",
    )
    await cast.ingrid.answer_proposal(homework, approve="A good idea. Note at least three Saturdays.")
    yield 45
    await freja.withdraw(exchange)
    yield 5
    await freja.do(lectures, 33, 19, 6)
    await freja.write(lectures, text_of("online_lectures_draft"))


async def _melker(stage: Stage, cast: Cast) -> Story:
    yield 235
    melker = await Student.enrolled(stage, people.MELKER, "4BE25", stage.in_days(18))
    cafe = await melker.choose("Language café")
    yield 140
    await melker.do(cafe, 200, 172, 144)
    podcast = await melker.record(cafe, "podcast", "cafe.webm")
    await melker.hand_in(podcast)
    yield 133
    await cast.astrid.accept(podcast)
    yield 125
    lectures = await melker.choose("Online lectures in English")
    await melker.choose("TEDx event")
    yield 60
    await melker.do(lectures, 118, 97, 63)
