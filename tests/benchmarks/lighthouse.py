"""What Google's Lighthouse says of a page of every role; needs Node and `lighthouse`, of which it installs nothing."""

import asyncio
import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from tests.benchmarks.pages import cookie_of, demonstration
from tests.journeys.browser import chromium
from tests.webapp.server import Server, Visitor
from webapp.demo_people import DEMO_PASSWORD

_ID = "[0-9a-f-]{36}"
# Whose pages: the first address is that of a page, the others are read from its links.
PAGES = {
    "elias@demo.example": ("/capture/", "/", f"/activities/{_ID}", f"/reflections/{_ID}"),
    "astrid@demo.example": ("/queue", f"/assess/{_ID}"),
    "ingrid@demo.example": ("/office", "/office/students", f"/office/activities/{_ID}", f"/office/applications/{_ID}"),
}
MISSING = (
    "Lighthouse is not here. Install it with `npm install --global lighthouse`, or name it: "
    "CIM_LIGHTHOUSE=…/node_modules/.bin/lighthouse"
)


async def measure() -> None:
    """Print performance and accessibility of a hundred, and what is wrong; the aim is 100, of the shell both."""
    program = os.environ.get("CIM_LIGHTHOUSE") or shutil.which("lighthouse")
    if program is None or shutil.which("node") is None or chromium() is None:
        print(f"  skipped: {MISSING}")
        return
    print("  page                                       performance  accessibility")
    with demonstration() as server:
        for email, paths in PAGES.items():
            cookie = cookie_of(server, email)
            for path in await asyncio.to_thread(_found, server, email, paths):
                report = await _report(program, f"{server.origin}{path}", f"{cookie['name']}={cookie['value']}")
                _print(path, report)


def _found(server: Server, email: str, paths: tuple[str, ...]) -> list[str]:
    """Put ids into the addresses: those that the person's own lists lead to."""
    with Visitor(server) as visitor:
        visitor.sign_in(email, DEMO_PASSWORD).raise_for_status()
        linked = "".join(visitor.get(path).text for path in paths if _ID not in path)
    found = (path if _ID not in path else re.search(path, linked) for path in paths)
    return [path if isinstance(path, str) else path[0] for path in found if path]


async def _report(program: str, address: str, cookie: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "report.json"
        process = await asyncio.create_subprocess_exec(
            program,
            address,
            "--quiet",
            "--output=json",
            f"--output-path={written}",
            "--only-categories=performance,accessibility",
            "--chrome-flags=--headless --no-sandbox",
            f"--extra-headers={json.dumps({'Cookie': cookie})}",
            env=os.environ | {"CHROME_PATH": str(chromium())},
            stderr=asyncio.subprocess.PIPE,
        )
        _, complaints = await asyncio.wait_for(process.communicate(), 180)
        if process.returncode:
            raise RuntimeError(complaints.decode())
        report: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
        return report


def _print(path: str, report: dict[str, Any]) -> None:
    performance, accessibility = (report["categories"][name] for name in ("performance", "accessibility"))
    print(f"  {path[:46]:46} {performance['score'] * 100:7.0f} {accessibility['score'] * 100:14.0f}", flush=True)
    for part in accessibility["auditRefs"]:
        audit = report["audits"][part["id"]]
        if audit["score"] == 0:
            things = [item.get("node", {}).get("snippet", "")[:160] for item in audit["details"]["items"]]
            print(f"    {audit['title']}", *things, sep="\n      ")
