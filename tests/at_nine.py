"""`hoctap run` where it is nine in the morning at home, whatever the clock says: campaigns may leave. For tests.

`NINE_AT` names the moment that counts as nine, in seconds since 1970: so time goes on when it is started again.
"""

import os
from datetime import UTC, datetime, time

from bot.serve import serve
from bot.settings import read_settings
from engine.state import HOME_ZONE

if __name__ == "__main__":
    now = datetime.now(UTC)
    began = datetime.fromtimestamp(float(os.environ.get("NINE_AT", now.timestamp())), UTC)
    shift = datetime.combine(began.astimezone(HOME_ZONE).date(), time(9), HOME_ZONE) - began
    serve(read_settings(), clock=lambda: datetime.now(UTC) + shift)
