"""The committed description of /api/v1 is what the application does.

`python -m tests.webapp.endpoints.test_openapi` writes it again.
"""

import json
from importlib.resources import files
from pathlib import Path

from fastapi.openapi.utils import get_openapi

import webapp.endpoints
from webapp.endpoints import api, assessing, devices, work

COMMITTED = Path(str(files(webapp.endpoints))) / "openapi.json"
RENEW = "python -m tests.webapp.endpoints.test_openapi"


def description() -> str:
    modules = (api, work, assessing, devices)
    document = get_openapi(title="CIM", version="1", routes=[one for module in modules for one in module.router.routes])
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def test_the_committed_openapi_file_describes_the_api_as_it_is() -> None:
    present = description()

    committed = COMMITTED.read_text(encoding="utf-8") if COMMITTED.exists() else ""

    assert committed == present, f"/api/v1 changed. Look whether clients can live with it, then run: {RENEW}"


def test_every_operation_says_in_words_what_it_does() -> None:
    document = json.loads(description())

    silent = [
        f"{method} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if not operation.get("description")
    ]

    assert silent == []


if __name__ == "__main__":
    COMMITTED.write_text(description(), encoding="utf-8")
