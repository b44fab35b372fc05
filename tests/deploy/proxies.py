"""nginx and Caddy, run with the files of deploy/ on ports of this machine."""

import os
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2

DEPLOY = Path(__file__).parents[2] / "deploy"
START_SECONDS = 20.0


@dataclass(frozen=True)
class Proxy:
    """A proxy with a certificate of its own. `client` is a browser at an address of this machine, 127.0.0.*."""

    port: int
    certificate: Path

    def client(self, address: str = "127.0.0.1", **headers: str) -> httpx2.Client:
        trusting = ssl.create_default_context(cafile=str(self.certificate))
        return httpx2.Client(
            base_url=f"https://localhost:{self.port}",
            transport=httpx2.HTTPTransport(verify=trusting, local_address=address),
            headers=headers,
        )

    def protocol(self) -> str | None:
        """What a browser that would like HTTP/2 gets."""
        trusting = ssl.create_default_context(cafile=str(self.certificate))
        trusting.set_alpn_protocols(["h2", "http/1.1"])
        with (
            socket.create_connection(("127.0.0.1", self.port), START_SECONDS) as plain,
            trusting.wrap_socket(plain, server_hostname="localhost") as secure,
        ):
            return secure.selected_alpn_protocol()


@contextmanager
def nginx_before(upstream: str, folder: Path) -> Iterator[Proxy]:
    """nginx with deploy/nginx/hoctap.conf before what listens at `upstream`, such as 127.0.0.1:8080."""
    port, plain_port = _free_port(), _free_port()
    certificate, key = _certificate(folder)
    here = {
        "listen [::]:80;": "",
        "listen [::]:443 ssl http2;": "",
        "listen 80;": f"listen 127.0.0.1:{plain_port};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "server 127.0.0.1:8080;": f"server {upstream};",
        "/etc/letsencrypt/live/hoctap.example.vn/fullchain.pem": str(certificate),
        "/etc/letsencrypt/live/hoctap.example.vn/privkey.pem": str(key),
        "/var/log/nginx": str(folder),
    }
    site = _replaced(DEPLOY / "nginx/hoctap.conf", here)
    temporary = "".join(
        f"{each}_temp_path {folder};\n" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    as_root = "user root;\n" if os.geteuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(
        f"{as_root}daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log info;\n"
        f"events {{}}\nhttp {{\naccess_log {folder}/access.log;\n{temporary}{site}}}\n",
        encoding="utf-8",
    )
    with _running(["nginx", "-p", str(folder), "-c", str(config)], {}, port, folder / "nginx.log"):
        yield Proxy(port, certificate)


@contextmanager
def caddy_before(upstream: str, folder: Path) -> Iterator[Proxy]:
    """The same with Caddy and deploy/caddy/Caddyfile."""
    port = _free_port()
    certificate, key = _certificate(folder)
    begins, site = "{\n\tservers {", "{$SITE:hoctap.example.vn} {\n"
    here = {
        begins: "{\n\tadmin off\n\tauto_https disable_redirects\n\tservers {",
        site: f"{site}\ttls {certificate} {key}\n",
    }
    config = folder / "Caddyfile"
    config.write_text(_replaced(DEPLOY / "caddy/Caddyfile", here), encoding="utf-8")
    settings = {"SITE": f"https://localhost:{port}", "UPSTREAM": upstream, "HOME": str(folder)}
    command = ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"]
    with _running(command, settings, port, folder / "caddy.log"):
        yield Proxy(port, certificate)


def _replaced(path: Path, here: dict[str, str]) -> str:
    text = path.read_text(encoding="utf-8")
    for there, instead in here.items():
        assert there in text, f"{path.name} has no {there!r}"
        text = text.replace(there, instead)
    return text


@contextmanager
def _running(command: list[str], settings: dict[str, str], port: int, log: Path) -> Iterator[None]:
    with log.open("ab") as output:
        process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=output, stderr=output)
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < until, log.read_text(encoding="utf-8")
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _certificate(folder: Path) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
        f" -addext subjectAltName=DNS:localhost -keyout {key} -out {certificate}".split(),
        check=True,
        capture_output=True,
    )
    return certificate, key
