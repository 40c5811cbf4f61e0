"""`python -m tests.webapp.postman_process FOLDER URL`: for each line it hears, a postman of the product, to be killed.

Each is a process of its own, forked where everything is loaded: a hundred of them would else load it a hundred times.
It says the number of each, and `gone` once it has ended.
"""

import asyncio
import os
import sys
from pathlib import Path

from models import database
from models.settings import Settings
from webapp import postman
from webapp.runtime import clock


def main() -> None:
    """Go on until nobody asks any more."""
    for _ in sys.stdin:
        number = os.fork()
        if number == 0:
            asyncio.run(_run(Path(sys.argv[1]), sys.argv[2]))
        print(number, flush=True)
        os.waitpid(number, 0)
        print("gone", flush=True)


async def _run(folder: Path, url: str) -> None:
    postman.ROUND_SECONDS = postman.PAUSE_SECONDS = 0.1
    settings = Settings(data_folder=folder, smtp_url=url, mail_from="cim@example.edu")
    async with database.opened(settings.database_file):
        await postman.Postman(settings, now=clock).run()


if __name__ == "__main__":
    main()
