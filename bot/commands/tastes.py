"""Commands about what digests are like: how much they show of each article, and what there is to be more or less of."""

from dataclasses import replace

from bot.articles import Opened, effect
from bot.chat import Button, Reply
from bot.commands import articles
from bot.commands.reading import named
from bot.commands.turn import Turn
from bot.messages import wish
from digests.model.readers import Style
from digests.query import parse
from digests.tastes import stepped, this_of

_STEPS = {"more": 1, "多": 1, "less": -1, "少": -1}
_STYLES = {"full": Style.FULL, "详细": Style.FULL, "compact": Style.COMPACT, "简明": Style.COMPACT}


def style(turn: Turn) -> Reply:
    """How digests look: `full`, with summaries, or `compact`, with headlines only; alone it asks."""
    chosen = _STYLES.get(turn.args.lower())
    if chosen is not None:
        turn = replace(turn, chat=replace(turn.chat, style=chosen))
        turn.store.chats.save(turn.chat)
    texts = turn.texts
    labels = {Style.FULL: texts.say("Headlines and summaries"), Style.COMPACT: texts.say("Headlines only")}
    now = labels[turn.chat.style]
    buttons = [
        Button(f"✓ {label}" if each is turn.chat.style else label, f"style {each}") for each, label in labels.items()
    ]
    see = Button(texts.say("See how it looks"), "today")
    return turn.say("Your digests show: {style}", *buttons, see, width=1, style=now)


def taste(turn: Turn) -> Reply:
    """More or less of something: `more 交通`, `less 余新镇`, of an open article by its button; alone all tastes."""
    word, _, wanted = turn.args.partition(" ")
    steps = _STEPS.get(word.lower())
    if word == "reset":
        return _reset(turn, sure=wanted == "yes")
    if steps is None or not wanted.strip():
        return _listed(turn)
    opened = Opened.parsed(wanted)
    if opened is not None:
        return _of_article(turn, opened, steps)
    query = parse(wanted, turn.desk.lexicon) if ":" in wanted else named(turn.desk.lexicon, wanted.strip())
    turn, said = _step(turn, query.canonical, steps)
    return replace(_listed(turn, said), notice=said)


def _of_article(turn: Turn, opened: Opened, steps: int) -> Reply:
    article = turn.store.articles.standing(opened.article_id)
    this = this_of(article) if article else None
    if article is None or this is None:
        return _listed(turn)
    turn, said = _step(turn, this, steps)
    return articles.show(turn, opened, article, said) if opened.turned else _listed(turn, said)


def _step(turn: Turn, query: str, steps: int) -> tuple[Turn, str]:
    """The turn after a step, which is stored, and what it does."""
    tastes = stepped(turn.chat.tastes, query, steps)
    chat = replace(turn.chat, tastes=tastes)
    turn.store.chats.save(chat)
    return replace(turn, chat=chat), effect(turn.look, query, dict(tastes).get(query, 0))


def _listed(turn: Turn, said: str = "") -> Reply:
    """All tastes, each with a button to either side."""
    texts, tastes = turn.texts, turn.chat.tastes
    if not tastes:
        nothing = texts.say(
            "Nothing is wanted more or less of. Press 👍 or 👎 under an article, or send /taste more 交通"
        )
        return turn.show("\n\n".join(filter(None, (said, nothing))))
    lines = [effect(turn.look, query, steps) for query, steps in tastes]
    if said and said not in lines:
        lines = [said, "", *lines]
    explained = texts.say("This changes what your digests show first and what they have room for, not what you follow.")
    buttons = [
        Button(f"{sign} {wish(texts, turn.desk.lexicon, query)}", f"taste {word} {query}")
        for query, steps in tastes
        for sign, word, step in (("👍", "more", 1), ("👎", "less", -1))
    ]
    reset = Button(texts.say("Reset all"), "taste reset")
    see = Button(texts.say("The newest edition"), "today")
    return turn.show("\n".join([*lines, "", explained]), *buttons, see, reset)


def _reset(turn: Turn, *, sure: bool) -> Reply:
    if not sure:
        yes = Button(turn.texts.say("Reset all"), "taste reset yes")
        no = Button(turn.texts.say("Leave as it is"), "taste")
        return turn.say("Forget all that you want more or less of?", yes, no)
    chat = replace(turn.chat, tastes=())
    turn.store.chats.save(chat)
    return _listed(replace(turn, chat=chat))
