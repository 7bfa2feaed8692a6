"""A PostgreSQL server of the tests' own, from the binaries on the machine."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

PORT = 54321
"""Only names the socket: the server listens on no network."""
UNKEPT = ("fsync=off", "full_page_writes=off")
"""Settings of a server whose data need not outlive a crash."""
IDLE = ("autovacuum=off", "bgwriter_lru_maxpages=0", "checkpoint_timeout=1h", "wal_level=minimal", "max_wal_senders=0")
"""Settings of one that does nothing by itself: databases that last for a test need nobody to look after them."""


def binaries() -> Path | None:
    """The folder of initdb and postgres: on PATH, or the newest under /usr/lib/postgresql."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    paths = [Path(on_path).resolve()] if on_path else []
    for initdb in [*paths, *reversed(found)]:
        if (initdb.parent / "postgres").exists() and (initdb.parent / "pg_ctl").exists():
            return initdb.parent
    return None


@contextlib.contextmanager
def server(folder: Path, *settings: str) -> Iterator[str]:
    """A running server with these settings besides UNKEPT; yields the URL of its database `postgres`.

    Root may not run it, so it drops to nobody.
    """
    where = binaries()
    assert where is not None, "no PostgreSQL here"
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}

    def run(*command: str) -> None:
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, **as_user)  # type: ignore[call-overload]
        assert done.returncode == 0, done.stderr + done.stdout

    cluster = folder / "cluster"
    how = ("--auth=trust", "--username=liwen", "--encoding=UTF8", "--locale=C", "--no-sync")
    run(f"{where}/initdb", *how, "-D", f"{cluster}")
    set_so = " ".join(f"-c {setting}" for setting in ("listen_addresses=''", *UNKEPT, *settings))
    options = f"-p {PORT} -k {folder} {set_so}"
    run(f"{where}/pg_ctl", "-D", f"{cluster}", "-o", options, "-l", f"{folder}/log", "-w", "start")
    try:
        yield f"postgresql://liwen@/postgres?host={folder}&port={PORT}"
    finally:
        run(f"{where}/pg_ctl", "-D", f"{cluster}", "-m", "immediate", "stop")


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """A folder with a short path (a socket's is limited to about 100 bytes) that another user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="liwen-pg-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
