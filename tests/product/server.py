"""The product as a process of its own, as `make run` starts it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx2 as httpx

from bot.settings import ROOT

START_SECONDS = 120.0


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """`python -m bot serve` with its own data directory; everything it prints goes to one log file."""

    data_dir: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the address of the pages."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """Return everything printed so far, over all starts."""
        return (self.data_dir / "server.log").read_text(encoding="utf-8", errors="replace")

    def start(self, **settings: str) -> None:
        """Start it and wait until it answers; raises AssertionError with its log when it does not."""
        environ = {**os.environ, "HSG_DATA_DIR": str(self.data_dir), "HSG_PORT": str(self.port), **settings}
        with (self.data_dir / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve"], cwd=ROOT, env=environ, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._answers():
                return
            time.sleep(0.2)
        raise AssertionError(f"the server did not start:\n{self.log[-3000:]}")

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=2).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """Stop it as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Stop it in order."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)

    def printed(self, label: str) -> str:
        """Return what it printed last after a label of the welcome lines."""
        found = re.findall(rf"^{label}\s+(.+?)(?:   \(.*)?$", self.log, re.MULTILINE)
        assert found, f"{label!r} was not printed"
        return str(found[-1])

    def new_link(self) -> str:
        """Return a link that opens the chat of another patient, on day 1, as the clinic's command makes it."""
        yesterday = (datetime.now(timezone.utc) - timedelta(days=1)).date()
        environ = {**os.environ, "HSG_DATA_DIR": str(self.data_dir), "HSG_PORT": str(self.port)}
        command = [sys.executable, "-m", "bot", "link", "--date", yesterday.isoformat()]
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    @contextmanager
    def patient(self) -> Iterator[httpx.Client]:
        """Open the demo patient's chat as a browser without JavaScript would."""
        with httpx.Client(base_url=self.url, follow_redirects=True, timeout=30) as client:
            link = self.printed("demo patient")
            assert client.post(link.removeprefix(self.url)).status_code == httpx.codes.OK
            yield client


def say(client: httpx.Client, client_id: str, text: str) -> httpx.Response:
    """Send one message as the chat page does."""
    return client.post("/chat/messages", json={"text": text, "client_id": client_id})
