"""`cim`: the command line. Exit codes: 0 done, 1 refused with words on stderr, 2 wrong usage."""

import argparse
import asyncio
import json
import logging
import os
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import uvicorn

from media.recordings import extract_speech
from models import database
from models.actions import accounts
from models.errors import N_, Refused
from models.settings import EMBEDDED, Settings, from_environment
from transcription import weights
from transcription.captions import plain_text, webvtt
from transcription.choice import kept_choice
from transcription.speech import Speech
from transcription.warm import EngineFailed, WarmEngine
from webapp import application, cli_jobs, cli_rules, cli_setup, cli_worker
from webapp.cli_doctor import doctor
from webapp.cli_progress import Bar
from webapp.demo import seeding
from webapp.demo_people import DEMO_GROUPS, DEMO_PASSWORD
from webapp.runtime import clock

DEMO_FOLDER = Path("cim-demo")


class CannotListen(Refused):
    """The address is taken, or not this machine's."""

    words = N_("The server cannot listen on {host}:{port} ({reason}).")


class NoSuchFile(Refused):
    """A file that the command needs is not there."""

    words = N_("There is no file {path}.")


def main(arguments: list[str] | None = None) -> None:
    """Run one command."""
    wanted = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("httpx", "tortoise", "aiosqlite", "asyncio", "procrastinate"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        settings = from_environment()
    except ValueError as mistake:
        print(mistake, file=sys.stderr)
        sys.exit(1)
    if wanted.data:
        settings = replace(settings, data_folder=wanted.data)
    try:
        wanted.run(wanted, settings)
    except (Refused, OSError) as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(1)
    except EngineFailed as failure:
        # The last line says what went wrong; those above it are for whoever mends the engine.
        print(str(failure).strip().splitlines()[-1], file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _serve(wanted: argparse.Namespace, settings: Settings) -> None:
    settings = _at_address(wanted, settings)
    _check_address(wanted)
    with application.held(settings.data_folder):
        pass  # Said in words before an address is printed; the server takes the folder itself.
    print(f"CIM answers on {settings.public_origin}", flush=True)
    _run(settings, wanted)


def _demo(wanted: argparse.Namespace, settings: Settings) -> None:
    folder = wanted.data or (settings.data_folder if "CIM_DATA" in os.environ else DEMO_FOLDER)
    # Invented people never get into a real database or store.
    settings = replace(
        _at_address(wanted, settings), data_folder=folder, database_url="", store=None, workers=EMBEDDED, is_demo=True
    )
    if not wanted.seed_only:
        _check_address(wanted)
    asyncio.run(seeding.seed(settings, say=_say, fresh=wanted.fresh))
    print(f"\nThe demonstration is in {folder.resolve()}. Open {settings.public_origin} and sign in as:")
    for group in DEMO_GROUPS:
        print(f"  {group.title.en}")
        for person in group.people:
            print(f"    {person.email:22} {person.about.en}")
    print(f"Everybody's password: {DEMO_PASSWORD}\n", flush=True)
    if not wanted.seed_only:
        _run(settings, wanted)


def _transcribe(wanted: argparse.Namespace, settings: Settings) -> None:
    if not wanted.file.is_file():
        raise NoSuchFile(path=wanted.file)
    name = wanted.model or settings.speech_model
    path = weights.find(name, models_folder=settings.models_folder)
    speech = asyncio.run(_heard(wanted.file, wanted.language, path))
    shapes: dict[str, Callable[[Speech], str]] = {
        "txt": lambda s: plain_text(s.words),
        "vtt": lambda s: webvtt(s.words),
        "json": lambda s: json.dumps(s.to_json(), ensure_ascii=False, indent=1) + "\n",
    }
    sys.stdout.write(shapes[wanted.format](speech))


async def _heard(file: Path, language: str | None, model_path: Path) -> Speech:
    with tempfile.TemporaryDirectory(prefix="cim-") as folder:
        samples = Path(folder) / "samples.s16"
        _say("Reading the recording …")
        seconds = await extract_speech(file, samples)
        engine = WarmEngine(model_path, model_path.stem)
        _say("Loading the model …")
        try:
            with Bar(seconds) as bar:
                speech = await engine.transcribe(samples, language=language, on_progress=bar)
        finally:
            await engine.close()
    if (choice := kept_choice(model_path.parent, model_path.stem)) is not None:
        _say(f"Computed with: {choice.words}")
    return speech


def _model(wanted: argparse.Namespace, settings: Settings) -> None:
    folder = settings.models_folder
    if wanted.action == "list":
        for one in weights.available(folder):
            print(f"{one.name:18} {one.origin:9} {one.path or ''}".rstrip())
    elif not wanted.name:
        print(f"cim model {wanted.action}: which one? For example: base", file=sys.stderr)
        sys.exit(2)
    elif wanted.action == "path":
        print(weights.find(wanted.name, models_folder=folder).resolve())
    else:
        last = -1

        def tell(done: int, whole: int) -> None:
            nonlocal last
            percent = done * 100 // whole if whole else 0
            if percent != last:
                last = percent
                _say(f"{done / 1e6:.0f} of {whole / 1e6:.0f} MB ({percent} %)")

        print(weights.fetch(wanted.name, models_folder=folder, on_progress=tell).resolve())


def _migrate(_wanted: argparse.Namespace, settings: Settings) -> None:
    with application.held(settings.data_folder):
        done = asyncio.run(database.migrate(settings.database, at=clock()))
    print("\n".join(done) if done else "Nothing to do: the database is up to date.")


def _administrator(wanted: argparse.Namespace, settings: Settings) -> None:
    async def invite() -> str:
        # Where the application runs, it has brought the tables up to date itself.
        with suppress(application.DataFolderInUse), application.held(settings.data_folder):
            await database.migrate(settings.database, at=clock())
        async with database.opened(settings.database):
            return await accounts.invite_first_administrator(wanted.name, wanted.email, at=clock())

    token = asyncio.run(invite())
    print("Open this link within seven days, once, to choose a password:")
    print(f"{settings.public_origin}/link/{token}")


def _run(settings: Settings, wanted: argparse.Namespace) -> None:
    uvicorn.run(
        application.build(settings),
        host=wanted.host,
        port=wanted.port,
        log_level="warning",
        timeout_graceful_shutdown=3,
        server_header=False,
    )


def _check_address(wanted: argparse.Namespace) -> None:
    """Say in words what would stop the server, before an address is printed where something else answers."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            wanted.host, wanted.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CannotListen(host=wanted.host, port=wanted.port, reason=error.strerror or error) from error


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise ValueError
    return port


def _at_address(wanted: argparse.Namespace, settings: Settings) -> Settings:
    """Without CIM_PUBLIC_ORIGIN the application is for this machine alone."""
    if "CIM_PUBLIC_ORIGIN" in os.environ:
        return settings
    return replace(settings, public_origin=f"http://localhost:{wanted.port}")


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cim", description="Certificate of International Merits")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace, Settings], None], about: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=about, description=about)
        _add_data_folder(one)
        one.set_defaults(run=run)
        return one

    for name, run, about in (
        ("demo", _demo, "make a demonstration with invented people and serve it"),
        ("serve", _serve, "serve an installation"),
    ):
        serving = command(name, run, about)
        serving.add_argument("--host", default="127.0.0.1")
        serving.add_argument("--port", type=_port, default=8080)
        if name == "demo":
            serving.add_argument("--seed-only", action="store_true", help="make the data folder, do not serve")
            serving.add_argument("--fresh", action="store_true", help="throw an old demonstration away first")
    transcribing = command("transcribe", _transcribe, "write down what is said in a file")
    transcribing.add_argument("file", type=Path, metavar="FILE")
    transcribing.add_argument("--language", metavar="CODE", help="the language spoken, for example en or sv")
    transcribing.add_argument("--model", metavar="NAME|PATH", help="default: CIM_SPEECH_MODEL or base")
    transcribing.add_argument("--format", choices=("txt", "vtt", "json"), default="txt")
    model = command("model", _model, "fetch, list or locate a speech model")
    model.add_argument("action", choices=("fetch", "list", "path"))
    model.add_argument("name", nargs="?", metavar="NAME")
    command("worker", cli_worker.worker, "do jobs that a website elsewhere queues in PostgreSQL")
    cli_jobs.add_arguments(command("jobs", cli_jobs.jobs, "list what the machine does, has to do and could not do"))
    command("migrate", _migrate, "bring the database up to date")
    command("doctor", doctor, "say what this machine can do, and what is missing")
    first = command("administrator", _administrator, "make a one-time link for the first administrator")
    first.add_argument("--name", required=True)
    first.add_argument("--email", required=True)
    about_institution = "set up the institution with the programmes of one or more certificates"
    cli_setup.add_institution(command("institution", cli_setup.institution, about_institution))
    cli_setup.add_programme(command("programme", cli_setup.programme, "set up one programme, or give it other rules"))
    about_rules = "check rule sets, and explain a portfolio under one"
    cli_rules.add_to(commands.add_parser("rules", help=about_rules, description=about_rules), _add_data_folder)
    return parser


def _add_data_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder (default: CIM_DATA or ./cim-data)")
