"""What sent messages were made of, so that they can be made again when something that they show was amended."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import alerts, editions, messages
from bot.chat import Message
from bot.look import Look
from digests.composition import Composed, Fate, pinned
from digests.model.news import Article
from digests.model.readers import Chat
from digests.storage import Store
from digests.timetable import week_before


@dataclass(frozen=True, slots=True)
class Recipe:
    """A digest of the editions from `first` to `last` (their ids), or an alert.

    A digest's sections have each a name, the ids of the articles that they show, and how many they leave out; `alerted`
    are the articles that are named only. An alert tells an `article` for the sake of `wishes`; the last one of a day
    says that it is, and how many there were (`last_of`).
    """

    first: int = 0
    last: int = 0
    sections: tuple[tuple[str, tuple[int, ...], int], ...] = ()
    alerted: tuple[int, ...] = ()
    article: int = 0
    wishes: tuple[str, ...] = ()
    last_of: int = 0

    @property
    def articles(self) -> list[int]:
        """The ids of all articles that it shows or names."""
        shown = [number for _, listed, _ in self.sections for number in listed]
        return [*shown, *self.alerted, *([self.article] if self.article else [])]

    @property
    def stored(self) -> dict[str, Any]:
        """The recipe as JSON can keep it; what is empty is left out."""
        sections = [[name, list(listed), left_out] for name, listed, left_out in self.sections]
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        values |= {"sections": sections, "alerted": list(self.alerted), "wishes": list(self.wishes)}
        return {name: value for name, value in values.items() if value}

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> "Recipe":
        """The recipe that was kept as `stored`."""
        sections = tuple((name, tuple(listed), left_out) for name, listed, left_out in stored.get("sections", ()))
        alerted, wishes = (tuple(stored.get(name, ())) for name in ("alerted", "wishes"))
        first, last, article, last_of = (stored.get(name, 0) for name in ("first", "last", "article", "last_of"))
        return cls(first, last, sections, alerted, article, wishes, last_of)


@dataclass(frozen=True, slots=True)
class Made:
    """Messages, what they were made of, and the newest amendment that they know of; none: what was known before."""

    messages: Sequence[Message]
    recipe: Recipe | None = None
    amended: int | None = None


def recipe_of(composed: Iterable[Composed], first: int, last: int, alerted: Iterable[Article] = ()) -> Recipe:
    """What a digest is made of, as it was composed of the editions from `first` to `last`."""
    sections = []
    for part in composed:
        shown, left_out = part.having(Fate.SHOWN), len(part.having(Fate.LEFT_OUT))
        if shown or left_out:
            sections.append((part.name, tuple(article.id for article in shown), left_out))
    return Recipe(first, last, tuple(sections), tuple(article.id for article in alerted))


def made_again(
    store: Store, look: Look, to: Chat, recipe: Recipe, parts: int, *, due_at: datetime, weekly: bool = False
) -> Sequence[Message]:
    """The messages of a recipe as they are to be now, in `parts` messages as they were; nothing if none can be made.

    What was taken back or dropped is told as that, where it stood.
    """
    loaded = store.articles.load(recipe.articles)
    known = {article.id: article for article in store.related.introduced(list(loaded.values()))}
    if recipe.article:
        told = known.get(recipe.article)
        wishes = [wish for wish in store.subscriptions.of(to.id) if wish.query in recipe.wishes]
        return alerts.message(look, told, wishes, recipe.wishes, recipe.last_of) if told else ()
    edition = store.editions.get(recipe.last)
    if edition is None:
        return ()
    title = ""
    if weekly:
        title = editions.week_title(look.texts, week_before(due_at, to.timetable.zone), due_at, to.timetable.zone)
    alerted = [known[number] for number in recipe.alerted if number in known and not known[number].withdrawn]
    shown = list(_sections(look, recipe, known))
    again = editions.digest(look, edition, shown, recipe.first, title, alerted, parts=parts)
    elsewhere = messages.text(look.texts.say("All of it stands in the message before this one."))
    return (*again, *elsewhere * (parts - len(again))) if again else ()


def _sections(look: Look, recipe: Recipe, known: Mapping[int, Article]) -> Iterator[editions.Section]:
    """The sections, those with what an editor put first before the others, and that first in them."""
    listed = [
        (name, sorted((known[number] for number in numbers if number in known), key=_behind), left_out)
        for name, numbers, left_out in recipe.sections
    ]
    for name, articles, left_out in sorted(listed, key=lambda part: all(map(_behind, part[1]))):
        yield editions.section(look, name, articles, left_out, recipe.first, recipe.last)


def _behind(article: Article) -> bool:
    return not pinned(article)
