"""A second record of the audit chain outside the database: one line `seq hash` for each commit that added to it.

It can stand on another disk, or in a file that the system only lets grow (`chattr +a`). Then who rewrites the
database cannot make it agree.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

log = logging.getLogger(__name__)
_LINE = re.compile(r"([0-9]{1,18}) ([0-9a-f]{64})")


class Anchor:
    """An append-only file. Several processes may add to it."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is made by the first line."""
        self.path = path

    def add(self, seq: int, digest: str) -> None:
        """Append a line. A full disk is logged, not raised: an answer to a patient must not fail on it."""
        try:
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(file, f"{seq} {digest}\n".encode())
            finally:
                os.close(file)
        except OSError as error:
            log.error("the audit anchor cannot be written: %s", type(error).__name__)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Yield every line that is whole; one torn by a power cut says nothing."""
        if not self.path.exists():
            return
        with self.path.open(encoding="ascii", errors="replace") as file:
            for line in file:
                if found := _LINE.fullmatch(line.rstrip("\n")):
                    yield int(found.group(1)), found.group(2)
