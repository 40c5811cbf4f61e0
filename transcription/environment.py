"""What our child processes may know of the application's environment."""

import os
from pathlib import Path

_PACKAGE_PARENT = Path(__file__).resolve().parent.parent
# No secrets, but what Python, Windows and graphics drivers need.
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "TEMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")
# Switch a processor's instructions off, where they are slow or broken; torch and oneDNN read them.
_PROCESSOR_SWITCHES = ("ONEDNN_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY")
# Only for children that download; a proxy's address may hold a password.
_PASSED_ON_FOR_NETWORK = ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR")


def child_environment(*, with_network: bool = False) -> dict[str, str]:
    """A small environment in which `transcription` can be imported from any working directory."""
    names = (*_PASSED_ON, *_PROCESSOR_SWITCHES, *(_PASSED_ON_FOR_NETWORK if with_network else ()))
    return {
        **{name: os.environ[name] for name in names if name in os.environ},
        "PYTHONPATH": str(_PACKAGE_PARENT),
        "PYTHONUTF8": "1",
    }
