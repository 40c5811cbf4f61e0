"""The command line: what it prints where, and how it exits."""

import json
import socket
import sqlite3
from pathlib import Path

import pytest

from webapp.application import held
from webapp.cli import main

ROOT = Path(__file__).parent.parent.parent
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


@pytest.mark.parametrize("command", ["demo", "serve", "transcribe", "model", "migrate", "administrator", "institution"])
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
