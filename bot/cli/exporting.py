"""The command that hands out what is stored about chats."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from bot.cli.frame import app, open_newsroom, print_json


@app.command()
def export(
    addresses: Annotated[
        list[str] | None, typer.Argument(help="chats, such as telegram:12345; all if left out")
    ] = None,
) -> None:
    """Prints everything stored about chats, a line of JSON for each; /import takes such a line in."""
    from bot import exports

    with open_newsroom() as newsroom:
        for chat in _chats(newsroom, addresses or []):
            with newsroom.database.read() as store:
                print_json(exports.export(store, chat, newsroom.clock()))


def _chats(newsroom: Any, addresses: list[str]) -> Iterator[Any]:
    """The chats at these addresses; raises BadParameter for one where there is none, before any is printed."""
    with newsroom.database.read() as store:
        found = [store.chats.find(address) for address in addresses] if addresses else store.chats.all()
    if None in found:
        raise typer.BadParameter(f"nothing is stored about {addresses[found.index(None)]}")
    yield from found
