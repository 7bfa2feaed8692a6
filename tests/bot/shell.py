"""The command line as a test runs it: what it prints, and how it ends."""

import json
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Ended:
    status: int
    out: str
    err: str


Liwen = Callable[..., Ended]


def jsonl(*rows: dict[str, object]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]
