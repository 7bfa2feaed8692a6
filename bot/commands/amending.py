"""Commands by which administrators drop, pin, correct and retract articles, before and after readers are sent them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from bot import messages
from bot.articles import change, correction
from bot.chat import Button, Reply, rows
from bot.commands import referring
from bot.commands.turn import Desk, Turn
from bot.texts import gettext_noop
from digests import amending
from digests.amending import LONGEST, Effect
from digests.model.news import Act, Article, RawArticle
from digests.storage import Store

_ARGS = re.compile(r"(\d{1,18})(?:\s+([^\s!]+)(!)?(?:\s+(.+))?)?", re.DOTALL)
SENTENCE = 60
"""Characters of a sentence that is to be left out, where it is chosen."""

_HOW = gettext_noop(
    "/amend {id} note … puts your correction beside it, /amend {id} title … replaces the headline, "
    "/amend {id} text … the whole text (headline in the first line)."
)


@dataclass(frozen=True, slots=True)
class Change:
    """What a word after `/amend NUMBER` does; those that are `spelt` out need more words."""

    run: Callable[[Store, Desk, Article, str], Effect | None]
    asks: str
    spelt: bool = False


def amend(turn: Turn) -> Reply:
    """`NUMBER` shows an article with what can be done to it; `NUMBER WORD …` does it, and asks first if it was sent.

    What a button confirms has an exclamation mark behind its word: `12 drop!`.
    """
    found = _ARGS.fullmatch(turn.args)
    if found is None:
        return turn.say("Like this: /amend 12 (the number as on its reading button)")
    number, word, confirmed, words = found.groups()
    return _amended(turn, int(number), (word or "").lower(), (words or "").strip(), confirmed=bool(confirmed))


def retract(turn: Turn) -> Reply:
    """`NUMBER [REASON]` takes an article back everywhere, once a button confirmed it; `NUMBER undo` lets it stand."""
    found = _ARGS.fullmatch(turn.args)
    if found is None:
        return turn.say("Like this: /retract 12, or with a reason: /retract 12 The person named is not the one meant.")
    number, reason = int(found[1]), turn.args.removeprefix(found[1]).strip()
    if reason in ("undo", "撤销"):
        return _amended(turn, number, "undo", Act.RETRACTED.value)
    return _amended(turn, number, "retract", reason)


def _amended(turn: Turn, number: int, word: str, words: str, *, confirmed: bool = False) -> Reply:
    article = amending.begin(turn.store, number)
    if article is None:
        return turn.say("There is no article {id}.", id=number)
    wanted = CHANGES.get(word)
    if wanted is None or (wanted.spelt and not words):
        return _card(turn, article)
    if too_long(word, words):
        return turn.say("That is too long: {most} characters at most.", most=LONGEST)
    words = (referring.referred(turn, words) or "") if confirmed and words else words
    effect = amending.effect(turn.store, article)
    if not confirmed and (effect.messages or word == "retract"):
        return _asked(turn, article, word, words, effect)
    done = wanted.run(turn.store, turn.desk, article, words)
    if done is None:
        return _card(turn, article, turn.texts.say("Nothing was changed."))
    return _card(turn, turn.store.articles.get(article.id) or article, _done(turn, done))


def too_long(word: str, words: str) -> bool:
    """Whether a note or a reason is too long to stand beside an article; a text may be as long as it is."""
    return word in ("note", "retract") and len(words) > LONGEST


def _asked(turn: Turn, article: Article, word: str, words: str, effect: Effect) -> Reply:
    """The question before something is done that readers see: how many messages would be edited."""
    texts, name = turn.texts, turn.texts.printed(messages.headline(article))
    asked = texts.say(CHANGES[word].asks, words=words)
    told = texts.count(
        "{count} message that was sent would be edited.", "{count} messages that were sent would be edited.",
        effect.messages,
    )  # fmt: skip
    yes = referring.button(turn, texts.say("Do it"), f"amend {article.id} {word}!", words)
    no = Button(texts.say("Leave it as it is"), f"amend {article.id}")
    return turn.show(f"{name}\n{asked.strip()}\n{told}", yes, no)


def _done(turn: Turn, done: Effect) -> str:
    if not done.messages:
        return turn.texts.say("Done.")
    return turn.texts.count(
        "Done. {count} message is being edited.", "Done. {count} messages are being edited.", done.messages
    )


def _card(turn: Turn, article: Article, notice: str = "") -> Reply:
    """An article, what was done to it, its summary's sentences, and a button for what else can be done."""
    texts, name = turn.texts, turn.texts.printed(messages.headline(article))
    made = turn.store.amendments.of(article.id)
    told = [correction(turn.look, each) if each.announced else change(texts, each) for each in made.values()]
    sentences = enumerate(article.summary.sentences, 1)
    listed = [f"{place} {messages.shortened(sentence.line, SENTENCE)}" for place, sentence in sentences]
    waiting = texts.say("It waits for the next edition.") if article.edition_id is None else ""
    said = (notice, f"{article.id} {name}", waiting, *told, *listed, texts.say(_HOW, id=article.id))
    wording = "\n".join(filter(None, said))
    buttons = rows(_toggles(turn, article.id, made), 2) + rows(_cuts(turn, article), 5)
    topics = Button(texts.say_in("page", "Topics"), f"correct {article.id}")
    reading = Button(texts.say("Read it"), f"read {article.id}")
    return turn.lay_out(wording, buttons + rows([topics, reading], 2))


def _toggles(turn: Turn, number: int, made: Mapping[Act, object]) -> Iterable[Button]:
    """What can be done, or undone where it was done."""
    for act, word, label in _TOGGLES:
        if act in made:
            yield Button(turn.texts.say(_UNDO[act]), f"amend {number} undo {act.value}")
        elif label:
            yield Button(turn.texts.say(label), f"amend {number} {word}")


def _cuts(turn: Turn, article: Article) -> Iterable[Button]:
    for place, _ in enumerate(article.summary.sentences, 1):
        yield Button(turn.texts.say("Without sentence {number}", number=place), f"amend {article.id} cut {place}")


def _drop(store: Store, desk: Desk, article: Article, _words: str) -> Effect:
    return amending.drop(store, article, desk.clock())


def _pin(store: Store, desk: Desk, article: Article, _words: str) -> Effect:
    return amending.pin(store, article, desk.clock())


def _retract(store: Store, desk: Desk, article: Article, words: str) -> Effect:
    return amending.retract(store, article, words, desk.clock())


def _note(store: Store, desk: Desk, article: Article, words: str) -> Effect:
    return amending.note(store, article, words, desk.clock())


def _cut(store: Store, desk: Desk, article: Article, words: str) -> Effect | None:
    place = int(words) if words.isdecimal() and len(words) < 4 else 0
    if not 0 < place <= len(article.summary.sentences):
        return None
    return amending.shorten(store, article, place - 1, desk.clock())


def _title(store: Store, desk: Desk, article: Article, words: str) -> Effect:
    text = replace(amending.raw(article), title=words)
    return amending.revise(store, desk.analyzer, article, text, desk.clock())


def _text(store: Store, desk: Desk, article: Article, words: str) -> Effect:
    title, *paragraphs = [line.strip() for line in words.splitlines() if line.strip()]
    text = RawArticle(title=title, paragraphs=tuple(paragraphs) or (title,))
    return amending.revise(store, desk.analyzer, article, text, desk.clock())


def _undo(store: Store, desk: Desk, article: Article, words: str) -> Effect | None:
    if words not in set(Act):
        return None
    return amending.take_back(store, desk.analyzer, article, Act(words), desk.clock())


CHANGES = {
    "drop": Change(_drop, gettext_noop("Take it out of its digest?")),
    "pin": Change(_pin, gettext_noop("Move it to the top?")),
    "retract": Change(_retract, gettext_noop("Retract it everywhere? {words}")),
    "note": Change(_note, gettext_noop("Put this correction beside it? {words}"), spelt=True),
    "cut": Change(_cut, gettext_noop("Leave sentence {words} out of the summary?"), spelt=True),
    "title": Change(_title, gettext_noop("Replace the headline? {words}"), spelt=True),
    "text": Change(_text, gettext_noop("Replace the text?"), spelt=True),
    "undo": Change(_undo, gettext_noop("Undo that?"), spelt=True),
}
_TOGGLES = (
    (Act.PINNED, "pin", gettext_noop("To the top")),
    (Act.DROPPED, "drop", gettext_noop("Take it out")),
    (Act.RETRACTED, "retract", gettext_noop("Retract it")),
    (Act.NOTED, "note", ""),
    (Act.SHORTENED, "cut", ""),
    (Act.REVISED, "text", ""),
)
_UNDO = {
    Act.PINNED: gettext_noop("Not at the top"),
    Act.DROPPED: gettext_noop("Put it back"),
    Act.RETRACTED: gettext_noop("Let it stand again"),
    Act.NOTED: gettext_noop("Remove the correction"),
    Act.SHORTENED: gettext_noop("The whole summary"),
    Act.REVISED: gettext_noop("The earlier text"),
}
