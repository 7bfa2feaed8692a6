"""What `make texts` collects: the sentences of the code, wherever a call that says them stands."""

import ast
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import BinaryIO

Found = tuple[int, str, tuple[str | None, ...], list[str]]
"""A line, the name of what is called there, its arguments (none for those that are no literal), comments."""


def sentences(
    file: BinaryIO,
    keywords: Container[str],
    comment_tags: Sequence[str],  # noqa: ARG001 - Babel gives it
    options: Mapping[str, object],  # noqa: ARG001 - and this, by name
) -> Iterable[Found]:
    """Each call of a keyword in a Python file, in the order of the lines, as Babel asks of an extraction method.

    Babel's own method loses a sentence in a call that is an argument of another: `say("…", Button(say("…")))`.
    """
    calls = [node for node in ast.walk(ast.parse(file.read())) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in keywords:
            yield call.lineno, name, tuple(map(_literal, call.args)), []


def _literal(argument: ast.expr) -> str | None:
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None
