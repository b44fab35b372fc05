"""nginx with the file of deploy/ before a server. Without TLS, but it refuses and lets through the same."""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.processes import ROOT

_START_SECONDS = 10.0


@contextmanager
def nginx_before(upstream: int) -> Iterator[int]:
    """The port of an nginx that passes on to another port of this machine."""
    with tempfile.TemporaryDirectory(prefix="hoctap-bench-") as name:
        folder = Path(name)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        config = folder / "nginx.conf"
        config.write_text(_config(folder, upstream, port), encoding="utf-8")
        with subprocess.Popen(["nginx", "-p", name, "-c", str(config)], stderr=subprocess.DEVNULL) as process:
            try:
                _wait_for(port)
                yield port
            finally:
                process.terminate()


def _config(folder: Path, upstream: int, port: int) -> str:
    site = (ROOT / "deploy/nginx/hoctap.conf").read_text(encoding="utf-8")
    for there, here in {
        "server 127.0.0.1:8080;": f"server 127.0.0.1:{upstream};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port};",
        "listen [::]:443 ssl http2;": "",
        "listen 80;": f"listen unix:{folder}/plain;",
        "listen [::]:80;": "",
        "$binary_remote_addr zone=hoctap_requests": "$not_of_ours zone=hoctap_requests",
        "ssl_certificate ": "# ",
        "ssl_certificate_key ": "# ",
        "/var/log/nginx": str(folder),
    }.items():
        if there not in site:
            raise RuntimeError(f"deploy/nginx/hoctap.conf has no {there!r}")
        site = site.replace(there, here)
    places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{each}_temp_path {folder};\n" for each in places)
    as_root = "user root;\n" if os.geteuid() == 0 else ""
    head = f"{as_root}daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
    # Our browsers share one address, and press faster than any village.
    ours = 'map $remote_addr $not_of_ours {\n127.0.0.1 "";\ndefault $binary_remote_addr;\n}\n'
    return f"{head}http {{\n{temporary}{ours}{site}}}\n"


def _wait_for(port: int) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise RuntimeError("nginx did not start")
