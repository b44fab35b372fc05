"""Opens the database of the first argument, and kills itself after as many statements as the second says."""

import os
import signal
import sys
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from storage.database import open_database

if __name__ == "__main__":
    url, left = sys.argv[1], int(sys.argv[2])

    @event.listens_for(Engine, "before_cursor_execute")
    def count(*_: Any) -> None:
        """SQLAlchemy tells of each statement."""
        global left  # noqa: PLW0603
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    open_database(url).close()
