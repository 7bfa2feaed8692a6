"""The server on its own, for a bounded time."""

import argparse
import asyncio
import json

from aiohttp import web

from tests.botapi import BotApi, start


async def _run(arguments: argparse.Namespace) -> None:
    faults = json.loads(arguments.faults.read()) if arguments.faults else {}
    api = BotApi(
        arguments.rate,
        arguments.chat_rate,
        arguments.group_rate,
        arguments.delay,
        {int(chat): script for chat, script in faults.items()},
    )
    runner, port = await start(api, arguments.port)
    print(port, flush=True)
    if arguments.outage:
        begin, seconds = map(float, arguments.outage.split(":"))
        await asyncio.sleep(begin)
        await next(iter(runner.sites)).stop()
        for connection in list(runner.server.connections if runner.server else []):
            connection.force_close()
        await asyncio.sleep(seconds)
        await web.TCPSite(runner, "127.0.0.1", port, backlog=1024, reuse_address=True).start()
    await asyncio.sleep(arguments.seconds)


def main() -> None:
    """Reads the options and serves."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--rate", type=int, default=30)
    options.add_argument("--chat-rate", type=int, default=1)
    options.add_argument("--group-rate", type=int, default=20)
    options.add_argument("--delay", type=float, default=0.0)
    options.add_argument("--faults", type=argparse.FileType("r", encoding="utf-8"))
    options.add_argument("--outage", help="begin:seconds, when the server cannot be reached")
    options.add_argument("--seconds", type=float, default=900.0)
    asyncio.run(_run(options.parse_args()))


if __name__ == "__main__":
    main()
