"""Bars on the terminal's error output while something takes long; elsewhere nothing."""

import sys
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class DocumentsBar:
    """Counts documents, and the articles in them as they come; one line, erased at the end."""

    def __init__(self, documents: int) -> None:
        columns = (TextColumn("ingest"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
        terminal = Console(stderr=True)
        self._bar = Progress(
            *columns, TimeElapsedColumn(), console=terminal, disable=not sys.stderr.isatty(), transient=True
        )
        self._task = self._bar.add_task("", total=documents)
        self._articles = 0

    def articles(self, more: int) -> None:
        """So many more articles were looked at."""
        self._articles += more
        self._bar.update(self._task, description=f"{self._articles} articles")

    def document(self) -> None:
        """One more document is done."""
        self._bar.advance(self._task)

    def say(self, line: str) -> None:
        """A line of its own above the bar."""
        if self._bar.disable:
            sys.stderr.write(f"{line}\n")
        else:
            self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> Any:
        self._bar.stop()


class CountBar:
    """Says how many of how many are done, and how long the rest will take; one line, erased at the end."""

    def __init__(self, label: str) -> None:
        columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        terminal = Console(stderr=True)
        self._bar = Progress(*columns, console=terminal, disable=not sys.stderr.isatty(), transient=True)
        self._task = self._bar.add_task("", total=None)
        self.done = 0

    def reached(self, done: int, total: int) -> None:
        """So many of so many are done."""
        self.done = done
        self._bar.update(self._task, completed=done, total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> Any:
        self._bar.stop()
