"""Tells a browser through its own push service: encrypted for it alone (RFC 8291), signed by us (RFC 8292); blocks."""

import ipaddress
import json
import os
import socket
import ssl
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.actions.devices import is_public_https

ANSWER_SECONDS = 10.0
KEPT_SECONDS = 86_400
"""So long a push service keeps a message for a device that is off."""

LARGEST_MESSAGE = 3000
LONGEST_LINE = 200
GONE = frozenset({404, 410})
_RECORD = 4096
_CURVE = ec.SECP256R1()

Connect = Callable[[str], socket.socket]


class NotPublic(OSError):
    """A name that leads into a network of ours: it is not called."""


class PushKey:
    """The key by which push services know this installation: made once, and read by nobody else."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private

    @classmethod
    def of(cls, data_folder: Path) -> "PushKey":
        """Read the key of a data folder; it is made when it is needed first."""
        file = data_folder / "push-key.pem"
        if not file.is_file():
            made = ec.generate_private_key(_CURVE).private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            begun = file.with_suffix(".begun")
            begun.unlink(missing_ok=True)
            with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(made)
                out.flush()
                os.fsync(out.fileno())
            begun.replace(file)
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101  We wrote it.
        return cls(key)

    @property
    def public(self) -> str:
        """What browsers are told, in base64 for addresses."""
        return _text(_point(self._private.public_key()))

    def signed(self, endpoint: str, *, contact: str, at: datetime) -> str:
        """Write the header that says who sends; it holds for a few hours, and for one push service."""
        parts = urlsplit(endpoint)
        until = int((at + timedelta(hours=6)).timestamp())
        claims = {"aud": f"https://{parts.netloc}", "exp": until, "sub": contact}
        said = ".".join(_text(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
        r, s = decode_dss_signature(self._private.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
        return f"vapid t={said}.{_text(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}, k={self.public}"


def push(endpoint: str, body: bytes, authorization: str, *, connect: Connect) -> int:
    """Hand an encrypted message to a push service; tells its status. Raises OSError.

    Nothing else than a public address is ever called, and nowhere else than there: no redirect is followed.
    """
    if not is_public_https(endpoint):
        raise NotPublic(endpoint)
    parts = urlsplit(endpoint)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {parts.hostname}\r\nAuthorization: {authorization}\r\n"
        f"TTL: {KEPT_SECONDS}\r\nContent-Encoding: aes128gcm\r\nContent-Type: application/octet-stream\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    with closing(connect(parts.hostname or "")) as line:
        line.sendall(head.encode("ascii") + body)
        answer = _first_line(line).split()
    if len(answer) < 2 or not answer[1].isdigit():
        raise OSError("this is no answer of a push service")
    return int(answer[1])


def _first_line(line: socket.socket) -> bytes:
    """Read what it says first, within a time for all of it: who sends a letter now and then must not hold us up."""
    until, heard = monotonic() + ANSWER_SECONDS, b""
    while b"\n" not in heard and len(heard) < LONGEST_LINE:
        line.settimeout(max(until - monotonic(), 0.001))
        if not (more := line.recv(LONGEST_LINE)):
            break
        heard += more
    return heard.partition(b"\n")[0]


def connect_to_public(host: str) -> socket.socket:
    """Call a name over TLS, at an address that everybody on the internet can call; the addresses are looked up once."""
    addresses = [str(found[4][0]) for found in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)]
    if not all(ipaddress.ip_address(address).is_global for address in addresses):
        raise NotPublic(host)
    line = _first_that_answers(addresses)
    try:
        return ssl.create_default_context().wrap_socket(line, server_hostname=host)
    except OSError:
        line.close()
        raise


def _first_that_answers(addresses: Sequence[str]) -> socket.socket:
    for address in addresses[:-1]:
        with suppress(OSError):
            return socket.create_connection((address, 443), timeout=ANSWER_SECONDS)
    return socket.create_connection((addresses[-1], 443), timeout=ANSWER_SECONDS)


def encrypted(message: bytes, p256dh: str, auth: str) -> bytes:
    """Encrypt for the browser that has these keys; raises ValueError where they are none."""
    return _encrypted(message, p256dh, auth, ec.generate_private_key(_CURVE), os.urandom(16))


def _encrypted(message: bytes, p256dh: str, auth: str, ours: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, _bytes(p256dh))
    shared = ours.exchange(ec.ECDH(), theirs)
    about = b"WebPush: info\0" + _point(theirs) + _point(ours.public_key())
    secret = _derived(shared, _bytes(auth), about, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    point = _point(ours.public_key())
    head = salt + _RECORD.to_bytes(4, "big") + bytes([len(point)]) + point
    # The 2 ends the last record.
    return head + AESGCM(key).encrypt(nonce, message[:LARGEST_MESSAGE] + b"\2", None)


def _derived(secret: bytes, salt: bytes, about: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, about).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
