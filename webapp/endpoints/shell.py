"""The files of the capture page as one version, named by what is in them: old files and new ones never mix."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from models.errors import NotAllowed
from webapp.endpoints.joining import join
from webapp.i18n import LANGUAGES, words_for_capture

FILES = Path(__file__).parent.parent / "capture"
ICON = Path(__file__).parent.parent / "static" / "icon.svg"
_POLICY = (
    "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "style-src 'self'{style}; script-src 'self'{script}; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
POLICY = _POLICY.format(style="", script="")
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
_PAGE = "index.html"
_FIRST = b"first.js"
_STYLE = b'<link rel="stylesheet" href="/capture/VERSION/style.css">'
_SCRIPT = b'<script type="module" src="/capture/VERSION/app.js"></script>'
_ON_OTHER_PAGES = frozenset({"evidence.js", "waiting.js"})
"""Parts of NiceGUI's pages, which need a network anyway."""


@dataclass(frozen=True, slots=True)
class Shell:
    """One version: its name, and its files by their names."""

    version: str
    files: Mapping[str, bytes]
    alone: Mapping[str, bytes]
    """Modules that are joined, as files of their own."""
    first: bytes
    """app.js with home.js and all that they import, and their words."""

    def read(self, name: str) -> bytes:
        """Give a file with this version's addresses in it. Raises NotAllowed."""
        if name not in self.files:
            raise NotAllowed
        content = self.files[name]
        if name == _WORKER:
            return self._named(content)
        return self._page(content) if name == _PAGE else content

    @property
    def policy(self) -> str:
        """Say what the page may run: files of ours, and exactly the style and the script that stand in it."""
        return _POLICY.format(style=_hash(self.files["style.css"]), script=_hash(self._named(self.first)))

    def _page(self, content: bytes) -> bytes:
        """Put into the page what its first screen needs: it is there after one answer."""
        style = b"<style>%b</style>" % self.files["style.css"]
        script = b'<script type="module">%b</script>' % self._named(self.first)
        return self._named(content.replace(_STYLE, style)).replace(self._named(_SCRIPT), script)

    def _named(self, content: bytes) -> bytes:
        version = self.version.encode()
        return content.replace(_PLACEHOLDER, b"/capture/%b/" % version).replace(_VERSION_MARK, b'"%b"' % version)

    def plain(self, name: str) -> bytes:
        """Give a file as it is, for pages that are not of this version. Raises NotAllowed."""
        return self.alone.get(name) or self.read(name)

    def bundle(self) -> bytes:
        """Write everything that works without a network into one file: one request, one version."""
        kept = sorted(self.files.keys() - {_WORKER} - _ON_OTHER_PAGES)
        texts = {name: self.read(name).decode() for name in kept}
        # From a phone's own store a script of its own opens faster: browsers keep it compiled.
        texts[_PAGE] = self._named(self.files[_PAGE].replace(b"/app.js", b"/" + _FIRST)).decode()
        texts[_FIRST.decode()] = self._named(self.first).decode()
        files = {name: {"type": TYPES[Path(name).suffix], "text": text} for name, text in texts.items()}
        return json.dumps({"version": self.version, "policy": self.policy, "files": files}, ensure_ascii=False).encode()


def shell() -> Shell:
    """Read the files, anew when one of them has changed."""
    paths = [*sorted(path for path in FILES.iterdir() if path.suffix in TYPES), ICON]
    return _read(tuple(paths), tuple(path.stat().st_mtime_ns for path in paths))


@lru_cache(maxsize=2)
def _read(paths: tuple[Path, ...], _changed_at: tuple[int, ...]) -> Shell:
    files = {path.name: _lean(path) for path in paths}
    alone, first = _join(files)
    words = {language: words_for_capture(language) for language in LANGUAGES}
    files |= {f"words.{language}.json": _json(words[language]) for language in words}
    first = b"globalThis.cimFirstWords = %b;\n" % _json(_words_in(first.decode(), words)) + first
    content = sha256()
    for name in sorted(files):
        content.update(b"%b %d " % (name.encode(), len(files[name])) + files[name])
    content.update(first)
    return Shell(content.hexdigest()[:16], files, alone, first)


def _join(files: dict[str, bytes]) -> tuple[dict[str, bytes], bytes]:
    """Put the service worker into one file and the first screen into one script; gives the latter's modules and it."""
    modules = {name: content.decode() for name, content in files.items() if name.endswith(".js")}
    first = join("app.js", modules.__getitem__, address=_PLACEHOLDER.decode(), also=("home.js",))
    worker = join(_WORKER, modules.__getitem__, address=_PLACEHOLDER.decode())
    alone = {name: files[name] for name in first.exports}
    files |= {name: first.stand_in(name).encode() for name in first.exports if first.exports[name]}
    files[_WORKER] = worker.text.encode()
    return alone, first.as_module().encode()


def _words_in(script: str, words: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Choose the sentences that a script says, in every language: its first look waits for no catalogue."""
    said = {english for sentences in words.values() for english in sentences if f'"{english}"' in script}
    return {language: {key: sentences[key] for key in said & sentences.keys()} for language, sentences in words.items()}


def _json(words: Mapping[str, Any]) -> bytes:
    """Write words for a file or for a script in a page, which no word may end."""
    return json.dumps(words, ensure_ascii=False, sort_keys=True).replace("</", "<\\/").encode()


def _hash(content: bytes) -> str:
    """Name an inline script or style in a policy (CSP level 2)."""
    return f" 'sha256-{b64encode(sha256(content).digest()).decode()}'"


def _lean(path: Path) -> bytes:
    """Read a file without what only people read in it: a fifth of what a phone would load."""
    content = path.read_bytes()
    if path.suffix not in {".js", ".css"}:
        return content
    without = _BLOCK_COMMENT.sub(lambda found: b"\n" * found[0].count(b"\n"), content)
    return _INDENT.sub(b"", _LINE_COMMENT.sub(b"", without) if path.suffix == ".js" else without)
