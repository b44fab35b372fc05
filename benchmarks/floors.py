"""The least that a durable turn can cost: the same reads and writes with nothing but the database's driver."""

import json
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg

from benchmarks.citizens import WAITING
from storage.database import POSTGRESQL_CONNECTIONS

ANSWERS = json.dumps({f"q{number:02}": number % 4 + 1 for number in range(10)}, separators=(",", ":"))
"""As long as the answers of a half-finished assessment."""


def sqlite_turns(file: Path, addresses: Sequence[str], turns: int) -> None:
    """One writer thread, `WAITING` turns outstanding, committed in groups; account and session read and written."""
    asked: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    done: queue.SimpleQueue[str] = queue.SimpleQueue()
    writer = threading.Thread(target=_write_in_groups, args=(file, asked, done))
    writer.start()
    for number in range(min(WAITING, turns)):
        asked.put(addresses[number % len(addresses)])
    for number in range(WAITING, turns):
        done.get()
        asked.put(addresses[number % len(addresses)])
    asked.put(None)
    writer.join()


def _write_in_groups(file: Path, asked: "queue.SimpleQueue[str | None]", done: "queue.SimpleQueue[str]") -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        address = asked.get()
        while address is not None:
            group = deque([address])
            connection.execute("BEGIN IMMEDIATE")
            _write(connection, address)
            while not asked.empty() and (address := asked.get()) is not None:
                group.append(address)
                _write(connection, address)
            connection.execute("COMMIT")
            for each in group:
                done.put(each)
            if address is not None:
                address = asked.get()


def _write(connection: sqlite3.Connection, address: str) -> None:
    rows = connection.execute(
        "SELECT * FROM account LEFT JOIN session ON account_id = id WHERE channel = 'web' AND address = ?",
        (address,),
    ).fetchall()
    number = rows[0][0]
    connection.execute("UPDATE account SET turn = turn + 1, place = 'question' WHERE id = ?", (number,))
    connection.execute(
        "UPDATE session SET position = 'q11', answers = ? WHERE account_id = ? AND person = 0 AND is_finished = 0",
        (ANSWERS, number),
    )


def postgresql_turns(url: str, addresses: Sequence[str], turns: int) -> None:
    """As many threads as hoctap has connections: each one select for update, one update, one commit a turn."""

    def work(thread: int) -> None:
        mine = addresses[thread::POSTGRESQL_CONNECTIONS]
        with psycopg.connect(url) as connection:
            for number in range(turns // POSTGRESQL_CONNECTIONS):
                row = connection.execute(
                    "SELECT * FROM account WHERE channel = 'web' AND address = %s FOR UPDATE",
                    (mine[number % len(mine)],),
                ).fetchone()
                connection.execute("UPDATE account SET turn = turn + 1 WHERE id = %s", (row and row[0],))
                connection.commit()

    with ThreadPoolExecutor(POSTGRESQL_CONNECTIONS) as threads:
        list(threads.map(work, range(POSTGRESQL_CONNECTIONS)))
