"""A Redis server of the tests' own, from the binary on the machine, on a free port of 127.0.0.1."""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

ABSENT = "no Redis here (redis-server; Debian has it: apt-get install redis-server)"


def binary() -> str | None:
    """Where redis-server is, if anywhere."""
    return shutil.which("redis-server")


@contextlib.contextmanager
def server(folder: Path, port: int | None = None) -> Iterator[str]:
    """A running server that keeps nothing on disk but its number (`redis.pid`), at this port or any; yields its URL."""
    where = binary()
    assert where is not None, ABSENT
    port = port or free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    options += ["--pidfile", f"{folder}/redis.pid"]
    running = subprocess.Popen([where, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, running)
        yield f"redis://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(10)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert running.poll() is None, "redis-server ended at once"
            assert time.monotonic() < deadline, "redis-server does not answer"
            time.sleep(0.05)
