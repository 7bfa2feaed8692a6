"""How a bot ends that is told to stop, whatever holds it up."""

import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from digests.storage import Database
from tests import ROOT
from tests.bot.test_app import TOKEN, wait_for
from tests.bot.test_workers import worker
from tests.botapi import BotApi, serving

LOCKED = "SELECT count(*) FROM pg_locks WHERE relation = 'deliveries'::regclass AND NOT granted"


def test_one_that_waits_for_its_database_ends_within_ten_seconds(
    sqlite_file: Path, migrated_postgres: str, tmp_path: Path
) -> None:
    file = shutil.copyfile(sqlite_file, tmp_path / "liwen.sqlite3")
    addresses = (f"sqlite:///{file}", migrated_postgres)
    with (
        closing(Database(addresses[0])) as sqlite,
        closing(Database(addresses[1])) as postgres,
        serving(BotApi()) as url,
    ):
        bot = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": url, "LIWEN_DATA_DIR": str(tmp_path)}
        one, other = ({**bot, "DATABASE_URL": address} for address in addresses)
        with (
            sqlite.begin(),
            postgres.begin() as store,
            worker(one, tmp_path) as first,
            worker(other, tmp_path) as second,
        ):
            store._connection.execute(text("LOCK TABLE deliveries"))
            wait_for(lambda: store._connection.execute(text(LOCKED)).scalar_one(), 30)
            time.sleep(1)  # by then the first waits, too
            for told in (first, second):
                told.send_signal(signal.SIGTERM)
            began = time.monotonic()
            assert [ended.wait(20) for ended in (first, second)] == [0, 0]
            assert time.monotonic() - began < 10


def test_one_whose_loop_hangs_ends_at_its_deadline() -> None:
    hanging = (
        "import threading, time\n"
        "from bot import app\n"
        "async def hangs(stop):\n"
        "    print('up', flush=True)\n"
        "    while True: time.sleep(0.1)\n"
        "import asyncio\n"
        "deadline = threading.Timer(1, app._abandon)\n"
        "deadline.daemon = True\n"
        "asyncio.run(app._until_told([hangs], deadline))\n"
    )
    with subprocess.Popen([sys.executable, "-c", hanging], stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
