"""`hoctap run` where it is nine in the morning at home, whatever the clock says: campaigns may leave. For tests.

`NINE_AT` names the moment that counts as nine, in seconds since 1970: so time goes on when it is started again.
`JUMPED` names a file with the seconds by which the clock has been put forward since; it may change at any time.
"""

import os
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot.serve import serve
from bot.settings import read_settings
from engine.state import HOME_ZONE

if __name__ == "__main__":
    now = datetime.now(UTC)
    began = datetime.fromtimestamp(float(os.environ.get("NINE_AT", now.timestamp())), UTC)
    shift = datetime.combine(began.astimezone(HOME_ZONE).date(), time(9), HOME_ZONE) - began
    jumped = Path(os.environ["JUMPED"]) if "JUMPED" in os.environ else None

    def clock() -> datetime:
        ahead = float(jumped.read_text() or 0) if jumped else 0.0
        return datetime.now(UTC) + shift + timedelta(seconds=ahead)

    serve(read_settings(), clock=clock)
