"""How much an answer may be, and how long it may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes, times in seconds.

    `body` holds before and after decompression; `headers` is a number of lines (their bytes end at 100 KiB);
    `read` is the longest silence, `whole` the longest a single request takes with all that comes of it.
    """

    body: int = 20_000_000
    headers: int = 500
    redirects: int = 5
    robots: int = 500_000
    connect: float = 10
    read: float = 20
    whole: float = 60
