"""Says on which machine figures were taken, and what a process uses. Reads /proc, so Linux only."""

import os
import platform
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median


def about() -> list[str]:
    """Lines of Markdown to stand above the figures."""
    command = " ".join(["python -m benchmarks", *sys.argv[1:]])
    return [
        f"- {datetime.now(UTC).date().isoformat()}, `{command}`",
        f"- {os.cpu_count()} cores, {_processor()}; {platform.system()} {platform.release()}",
        f"- load {os.getloadavg()[0]:.1f} when it began; one 4 KB write and fsync takes {_fsync_ms():.2f} ms",
        f"- Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
    ]


def memory_mb(process: int | None = None) -> float:
    """What a process holds in memory now (its resident set); this one if none is named."""
    status = Path(f"/proc/{process or os.getpid()}/status").read_text(encoding="ascii", errors="replace")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(kilobytes) / 1024


def cpu_seconds(process: int) -> float:
    """Processor time that another process has used since it began."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _fsync_ms() -> float:
    taken = []
    with tempfile.TemporaryFile() as file:
        for _ in range(100):
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - began)
    return median(taken) * 1000
