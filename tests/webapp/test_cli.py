"""The command line: what it prints where, and how it exits."""

import json
import shutil
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.webapp.mail_box import MailBox
from webapp.application import held
from webapp.cli import main

ROOT = Path(__file__).parent.parent.parent
PRESETS = ROOT / "models" / "rules" / "presets"
CLIP = ROOT / "webapp" / "demo" / "files" / "cafe.webm"


def _exit(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.mark.parametrize(
    "arguments",
    [(), ("dance",), ("transcribe",), ("transcribe", "x.webm", "--format", "doc"), ("model", "fetch")],
)
def test_wrong_usage_exits_with_two(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code = _exit(*arguments)

    assert code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "command", ["demo", "serve", "transcribe", "model", "migrate", "administrator", "institution", "programme"]
)
def test_every_command_explains_itself_and_takes_a_data_folder(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = _exit(command, "--help")

    assert code == 0
    assert "--data DIR" in capsys.readouterr().out


def test_a_missing_file_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = _exit("transcribe", str(tmp_path / "nothing.webm"), "--data", str(tmp_path))

    assert code == 1
    assert capsys.readouterr() == ("", f"There is no file {tmp_path / 'nothing.webm'}.\n")


def test_an_unknown_model_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = _exit("transcribe", str(CLIP), "--model", "enormous", "--data", str(tmp_path))

    said = capsys.readouterr()
    assert (code, said.out) == (1, "")
    assert said.err.startswith("There is no speech model enormous")


def test_a_wrong_setting_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CIM_PHOTO_LIMIT_MB", "many")

    code = _exit("migrate")

    assert code == 1
    assert capsys.readouterr().err == "CIM_PHOTO_LIMIT_MB must be a whole number above 0, not 'many'\n"


def test_the_doctor_says_how_many_recordings_are_written_down_at_a_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "base.pt").write_bytes(b"weights")

    main(["doctor", "--data", str(tmp_path)])

    said = capsys.readouterr().out
    assert "recordings that are written down at a time: " in said
    assert "Speech model for transcripts: base" in said
    assert "Mail: none is sent, since CIM_SMTP_URL is not set" in said


@pytest.mark.parametrize("is_there", [True, False])
def test_the_doctor_says_whether_letters_can_go_out_and_sends_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *, is_there: bool
) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "base.pt").write_bytes(b"weights")
    monkeypatch.setenv("CIM_MAIL_FROM", "cim@example.edu")

    with MailBox() as box:
        monkeypatch.setenv("CIM_SMTP_URL", box.url if is_there else "smtp://127.0.0.1:1")
        main(["doctor", "--data", str(tmp_path)])

    said = capsys.readouterr().out
    answers = "Mail: 127.0.0.1 answers; letters come from cim@example.edu"
    silent = "Mail: 127.0.0.1 does not take letters now (ConnectionRefusedError"
    assert [words in said for words in (answers, silent)] == [is_there, not is_there]
    assert box.taken == []


def test_migrating_twice_does_nothing_the_second_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["migrate", "--data", str(tmp_path / "data")])
    first = capsys.readouterr().out
    main(["migrate", "--data", str(tmp_path / "data")])

    assert first.splitlines()[0] == "0001_initial"
    assert capsys.readouterr().out == "Nothing to do: the database is up to date.\n"


def test_an_installation_begins_with_programmes_and_one_link(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(tmp_path / "data")
    main(["institution", "--name-sv", "Norra högskolan", "--name-en", "Northern University", "--data", data])
    capsys.readouterr()
    main(["administrator", "--name", "Robin Vik", "--email", "robin@example.edu", "--data", data])

    link = capsys.readouterr().out.splitlines()[-1]
    assert link.startswith("http://localhost:8080/link/")
    with sqlite3.connect(tmp_path / "data" / "cim.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM programme").fetchone() == (4,)
        assert database.execute("SELECT kind FROM role").fetchall() == [("administrator",)]
        assert link.rpartition("/")[2] not in str(database.execute("SELECT * FROM one_time_link").fetchall())
    database.close()


NAMES = ("--name-sv", "Norra högskolan", "--name-en", "Northern University")
LOGISTICS = ("programme", "--code", "LOG", "--name-sv", "Logistik", "--name-en", "Logistics")


@pytest.fixture
def data(migrated_file: Path, tmp_path: Path) -> Path:
    """A data folder whose database is up to date."""
    folder = tmp_path / "data"
    folder.mkdir()
    shutil.copyfile(migrated_file, folder / "cim.sqlite3")
    return folder


def test_an_institution_can_begin_with_several_certificates(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["institution", *NAMES, "--site", "ju", "--site", "lu-soc", "--site", "ju", "--data", str(data)])

    assert capsys.readouterr().out.splitlines() == [
        "Northern University: HHJ-ARB with the rules of Jönköping University, School of Health and Welfare (ju 2025).",
        "Northern University: SAM-SOC, SAM-INT with the rules of Lund University, Faculty of Social Sciences "
        "(lu-soc 2021).",
    ]
    assert _follows(data) == {"HHJ-ARB": "ju", "SAM-SOC": "lu-soc", "SAM-INT": "lu-soc"}


def test_an_unknown_site_is_refused_with_the_list_and_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = _exit("institution", *NAMES, "--site", "ki", "--site", "atlantis", "--data", str(tmp_path / "data"))

    assert code == 1
    assert capsys.readouterr() == (
        "",
        "There is no site called atlantis; there are aalborg, bfh, ju, ki, lu-hum, lu-med, lu-soc, sahlgrenska, "
        "soch.\n",
    )
    assert not (tmp_path / "data").exists()


def test_a_programme_follows_a_ready_made_rule_set_and_later_those_of_a_file(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = tmp_path / "ours.toml"
    ours.write_text((PRESETS / "ju.toml").read_text().replace('id = "ju"', 'id = "ours"', 1))

    main([*LOGISTICS, "--rule-set", "lu-soc", "--no-international-syllabus", "--data", str(data)])
    first = _follows(data)
    capsys.readouterr()
    main([*LOGISTICS, "--rule-set", str(ours), "--data", str(data)])

    assert (first, _follows(data)) == ({"LOG": "lu-soc"}, {"LOG": "ours"})
    assert capsys.readouterr().out == (
        "LOG, Logistics: who enrols from now on follows Jönköping University, School of Health and Welfare "
        "(ours 2025).\n"
    )


def test_a_programme_is_renamed_and_keeps_its_rules(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([*LOGISTICS, "--rule-set", "lu-soc", "--data", str(data)])
    capsys.readouterr()

    main([*LOGISTICS[:-1], "Supply chains", "--data", str(data)])

    assert _follows(data) == {"LOG": "lu-soc"}
    assert capsys.readouterr().out == (
        "LOG, Supply chains: who enrols from now on follows Lund University, Faculty of Social Sciences "
        "(lu-soc 2021).\n"
    )


def test_a_new_programme_needs_rules(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = _exit(*LOGISTICS, "--data", str(data))

    assert (code, _follows(data)) == (1, {})
    assert capsys.readouterr().err == (
        "There is no programme LOG yet. Say with --rule-set which rules the new one follows.\n"
    )


def test_setting_an_institution_up_again_says_which_programmes_keep_other_rules(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["institution", *NAMES, "--site", "ju", "--data", str(data)])
    main([*LOGISTICS[:2], "HHJ-ARB", *LOGISTICS[3:], "--rule-set", "lu-soc", "--data", str(data)])
    capsys.readouterr()

    main(["institution", *NAMES, "--site", "ju", "--data", str(data)])

    assert _follows(data) == {"HHJ-ARB": "lu-soc"}
    assert capsys.readouterr().out.splitlines() == [
        "Northern University: HHJ-ARB with the rules of Jönköping University, School of Health and Welfare (ju 2025).",
        "HHJ-ARB keeps the rules that it follows now (lu-soc 2021).",
    ]


def test_a_programme_is_not_set_up_with_rules_that_have_a_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text((PRESETS / "ju.toml").read_text().replace("minimum = 100 ", "minimum = -100 ", 1))

    code = _exit(*LOGISTICS, "--rule-set", str(wrong), "--data", str(tmp_path / "data"))

    said = capsys.readouterr()
    assert (code, said.out) == (1, "")
    assert said.err.startswith(f"The rule set in {wrong} is not valid, line ")
    assert not (tmp_path / "data").exists()


def test_a_file_that_says_something_else_under_a_published_version_is_refused(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = tmp_path / "changed.toml"
    changed.write_text((PRESETS / "ju.toml").read_text().replace("minimum = 100 ", "minimum = 90 ", 1))
    main([*LOGISTICS, "--rule-set", "ju", "--data", str(data)])
    capsys.readouterr()

    code = _exit(*LOGISTICS, "--rule-set", str(changed), "--data", str(data))

    assert code == 1
    assert capsys.readouterr().err.startswith("The rule set ju is published as version 2025 with other content")


@pytest.mark.parametrize(
    ("code", "name", "words"),
    [
        (" ", "Logistics", "Give the programme a code and a name in both languages."),
        ("LOG", " ", "Give the programme a code and a name in both languages."),
        ("L" * 41, "Logistics", f"At most 40 characters, please: {'L' * 41}"),
        ("LOG", "L" * 201, f"At most 200 characters, please: {'L' * 201}"),
    ],
    ids=["no code", "no name", "long code", "long name"],
)
def test_a_programme_has_a_code_and_names_that_fit(
    code: str, name: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = ("programme", "--code", code, "--name-sv", "Logistik", "--name-en", name, "--rule-set", "ju")

    status = _exit(*wanted, "--data", str(tmp_path / "data"))

    assert (status, capsys.readouterr().err) == (1, f"{words}\n")


def _follows(data: Path) -> dict[str, str]:
    """Read which rule set each programme follows."""
    with closing(sqlite3.connect(data / "cim.sqlite3")) as database:
        return dict(
            database.execute(
                "SELECT p.code, v.rule_set FROM programme p JOIN rule_set_version v ON v.id = p.rule_set_id"
            ).fetchall()
        )


@pytest.mark.weights
def test_a_recording_is_written_down_in_three_formats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = {}
    for format_ in ("txt", "vtt", "json"):
        main(["transcribe", str(CLIP), "--model", "tiny.en", "--format", format_, "--data", str(tmp_path)])
        said[format_] = capsys.readouterr()

    words = [word["text"] for segment in json.loads(said["json"].out)["segments"] for word in segment["words"]]
    assert said["txt"].out.split() == words
    assert said["vtt"].out.startswith("WEBVTT\n")
    assert words[:2] == ["The", "language"]
    assert len(words) > 40
    assert [answer.err != "" for answer in said.values()] == [True, True, True]


@pytest.mark.weights
def test_what_is_no_recording_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "speech.webm"
    text.write_text("This is not speech.")

    code = _exit("transcribe", str(text), "--model", "tiny.en", "--data", str(tmp_path))

    said = capsys.readouterr()
    assert (code, said.out) == (1, "")
    assert "Traceback" not in said.err


@pytest.mark.parametrize("port", ["eighty", "0", "-5", "99999"])
def test_a_port_that_is_none_is_wrong_usage(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = _exit("serve", "--port", port)

    assert code == 2
    assert capsys.readouterr().out == ""


def test_a_taken_port_is_refused_before_an_address_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        code = _exit("serve", "--data", str(tmp_path / "data"), "--port", str(port))

    said = capsys.readouterr()
    assert (code, said.out) == (1, "")
    assert said.err.startswith(f"The server cannot listen on 127.0.0.1:{port} (")


def test_a_data_folder_in_use_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with held(tmp_path):
        code = _exit("serve", "--data", str(tmp_path), "--port", "18765")

    assert code == 1
    assert capsys.readouterr() == ("", f"Another CIM application uses the data folder {tmp_path} already.\n")


def test_a_data_folder_that_is_a_file_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "data"
    file.write_text("no folder")

    code = _exit("migrate", "--data", str(file))

    said = capsys.readouterr()
    assert (code, said.out) == (1, "")
    assert "Traceback" not in said.err


def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cim.sqlite3").write_text("This was never a database.")

    code = _exit("migrate", "--data", str(tmp_path))

    assert code == 1
    assert capsys.readouterr().err == f"{tmp_path / 'cim.sqlite3'} is not a database of this application.\n"


def test_an_institution_has_a_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = _exit("institution", "--name-sv", " ", "--name-en", "", "--data", str(tmp_path))

    assert code == 1
    assert capsys.readouterr().err == "Give the institution a name in both languages.\n"


def test_models_are_listed_with_their_origin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["model", "list", "--data", str(tmp_path)])

    listed = {line.split()[0]: line.split()[1] for line in capsys.readouterr().out.splitlines()}
    assert listed["large-v3"] in {"download", "cache"}
    assert listed["base"] in {"package", "cache", "download"}
