"""The files of the capture page as one version, named by what is in them: old files and new ones never mix."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from models.errors import NotAllowed
from webapp.endpoints.joining import join, without_exports
from webapp.i18n import LANGUAGES, words_for_capture

FILES = Path(__file__).parent.parent / "capture"
ICON = Path(__file__).parent.parent / "static" / "icon.svg"
POLICY = (
    "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
_PLACEHOLDER = b"/capture/VERSION/"
_VERSION_MARK = b'"VERSION"'
# Only what begins a line: no string of ours goes over several. The line breaks stay, so that errors name their line.
_BLOCK_COMMENT = re.compile(rb"^[ \t]*/\*.*?\*/", re.MULTILINE | re.DOTALL)
_LINE_COMMENT = re.compile(rb"^[ \t]*//[^\n]*", re.MULTILINE)
_INDENT = re.compile(rb"^[ \t]+", re.MULTILINE)
_WORKER = "sw.js"
_FIRST = "first.js"
"""What the first screen needs, in one file: app.js with home.js and all that they import."""
_ON_OTHER_PAGES = frozenset({"evidence.js", "waiting.js"})
"""Parts of NiceGUI's pages, which need a network anyway."""


@dataclass(frozen=True, slots=True)
class Shell:
    """One version: its name, and its files by their names."""

    version: str
    files: Mapping[str, bytes]
    alone: Mapping[str, bytes]
    """Modules that are joined, as files of their own."""

    def read(self, name: str) -> bytes:
        """Give a file with this version's addresses in it. Raises NotAllowed."""
        if name not in self.files:
            raise NotAllowed
        content = self.files[name]
        if name in {"index.html", _FIRST, _WORKER}:
            version = self.version.encode()
            content = content.replace(_PLACEHOLDER, b"/capture/%b/" % version)
            content = content.replace(_VERSION_MARK, b'"%b"' % version)
        return content

    def plain(self, name: str) -> bytes:
        """Give a file as it is, for pages that are not of this version. Raises NotAllowed."""
        return self.alone.get(name) or self.read(name)

    def bundle(self) -> bytes:
        """Write everything that works without a network into one file: one request, one version."""
        kept = sorted(self.files.keys() - {_WORKER} - _ON_OTHER_PAGES)
        files = {name: {"type": TYPES[Path(name).suffix], "text": self.read(name).decode()} for name in kept}
        return json.dumps({"version": self.version, "policy": POLICY, "files": files}, ensure_ascii=False).encode()


def shell() -> Shell:
    """Read the files, anew when one of them has changed."""
    paths = [*sorted(path for path in FILES.iterdir() if path.suffix in TYPES), ICON]
    return _read(tuple(paths), tuple(path.stat().st_mtime_ns for path in paths))


@lru_cache(maxsize=2)
def _read(paths: tuple[Path, ...], _changed_at: tuple[int, ...]) -> Shell:
    files = {path.name: _lean(path) for path in paths}
    alone = _join(files)
    for language in LANGUAGES:
        words = words_for_capture(language)
        files[f"words.{language}.json"] = json.dumps(words, ensure_ascii=False, sort_keys=True).encode()
    content = sha256()
    for name in sorted(files):
        content.update(b"%b %d " % (name.encode(), len(files[name])) + files[name])
    return Shell(content.hexdigest()[:16], files, alone)


def _join(files: dict[str, bytes]) -> dict[str, bytes]:
    """Put the first screen and the service worker into one file each; gives the modules that stand in the first."""
    modules = {name: content.decode() for name, content in files.items() if name.endswith(".js")}
    first = join("app.js", modules.__getitem__, address=_PLACEHOLDER.decode(), also=("home.js",))
    worker = join(_WORKER, modules.__getitem__, address=_PLACEHOLDER.decode())
    alone = {name: files[name] for name in first.exports}
    files |= {name: first.stand_in(name, _FIRST).encode() for name in first.exports if first.exports[name]}
    files |= {_FIRST: first.text.encode(), _WORKER: without_exports(worker).encode()}
    return alone


def _lean(path: Path) -> bytes:
    """Read a file without what only people read in it: a fifth of what a phone would load."""
    content = path.read_bytes()
    if path.suffix not in {".js", ".css"}:
        return content
    without = _BLOCK_COMMENT.sub(lambda found: b"\n" * found[0].count(b"\n"), content)
    return _INDENT.sub(b"", _LINE_COMMENT.sub(b"", without) if path.suffix == ".js" else without)
