"""A script's text ↔ its steps, each a line of what is done and the indented lines of what comes of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

INDENT = "    "
WILD = ("…", "| …")


@dataclass(frozen=True, slots=True)
class Step:
    """A line as it stands in the script (an action, a comment or nothing), and the lines expected of it."""

    line: str
    expected: tuple[str, ...] = ()

    @property
    def action(self) -> str:
        """What is to be done; empty for a comment and an empty line."""
        line = self.line.strip()
        return "" if line.startswith("#") else line

    def recorded(self, actual: Sequence[str]) -> "Step":
        """The step with what came of it, unless that is what was expected: wild lines are kept."""
        return self if matches(self.expected, actual) else replace(self, expected=tuple(actual))


def read(script: str) -> list[Step]:
    """The steps of a script."""
    steps: list[Step] = []
    for line in script.splitlines():
        if line.startswith(INDENT) and steps:
            last = steps[-1]
            steps[-1] = replace(last, expected=(*last.expected, line.removeprefix(INDENT).rstrip()))
        else:
            steps.append(Step(line.rstrip()))
    return steps


def write(steps: Sequence[Step]) -> str:
    """The script of these steps."""
    lines = [line for step in steps for line in (step.line, *(INDENT + each for each in step.expected))]
    return "\n".join(lines) + "\n"


def matches(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """Whether the lines are as expected."""
    pattern = "".join(r"(?:.*\n)*?" if line in WILD else re.escape(line) + r"\n" for line in expected)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in actual)) is not None
