"""The labels a line of a page can bear, and the states that a run of lines passes through."""

from enum import StrEnum
from typing import NamedTuple


class Label(StrEnum):
    """What a line of a page is."""

    HEADLINE = "headline"
    BYLINE = "byline"  # credits under the headline
    START = "paragraph"  # the first line of a paragraph
    CONTINUED = "continuation"  # it goes on with the paragraph before it
    SUBHEAD = "subhead"
    UNTITLED = "untitled"  # the first paragraph of an article without a headline
    CREDIT = "credit"  # credits behind the text
    JUMP = "jump"  # to or from another page
    FURNITURE = "furniture"
    NOTICE = "notice"  # adverts and notices of several lines


class Run(StrEnum):
    """Where the article stands that is running when a line has been read."""

    OVER = "over"  # none is running
    UNSIGNED = "unsigned"  # one without a byline or dateline so far
    SIGNED = "signed"


class State(NamedTuple):
    """A label and what must be remembered with it; `open` says that a paragraph waits for its continuation."""

    label: Label
    run: Run
    open: bool = False


_RUNNING = (Run.UNSIGNED, Run.SIGNED)
BODY = frozenset({Label.START, Label.CONTINUED, Label.UNTITLED})
NOISE = frozenset({Label.FURNITURE, Label.NOTICE})

STATES = (
    State(Label.HEADLINE, Run.UNSIGNED),
    State(Label.BYLINE, Run.SIGNED),
    *(State(label, run) for label in (Label.START, Label.CONTINUED, Label.SUBHEAD) for run in _RUNNING),
    State(Label.UNTITLED, Run.UNSIGNED),
    State(Label.CREDIT, Run.OVER),
    State(Label.JUMP, Run.OVER),
    *(
        State(label, run, waits)
        for label in (Label.FURNITURE, Label.NOTICE)
        for run, waits in ((Run.OVER, False), *((run, waits) for run in _RUNNING for waits in (False, True)))
    ),
)
