"""An artificial archive: articles of some 300 characters whose words are as common and as rare as in a newspaper."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate

from digests.model.news import RawArticle

FUNCTION_WORDS = tuple("的了在是和有为对将与等年月日上中也从到并")
WORDS, WORD_SLOPE, CHARACTER_SLOPE = 20_000, 1.05, 1.1
"""Zipf's exponents, chosen so that 200,000 characters hold about as many different bigrams as Chinese news does
(65,000 beside 62,000)."""
A_DAY = 100
"""Articles a day: a few local papers."""
BEGINS = date(2005, 1, 1)


def _characters() -> list[str]:
    """The 3,755 commonest, level one of GB 2312."""
    pairs = (bytes([high, low]) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    return [pair.decode("gb2312") for pair in pairs if pair < b"\xd7\xfa"]


class Press:
    """Prints the same articles for the same seed."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)  # noqa: S311
        characters = _characters()
        self.random.shuffle(characters)
        self._characters = characters
        likely = list(accumulate(1 / (rank + 10) ** CHARACTER_SLOPE for rank in range(len(characters))))
        words: dict[str, None] = {}
        while len(words) < WORDS:
            length = self.random.choices((2, 3, 4), (75, 12, 13))[0]
            words["".join(self.random.choices(characters, cum_weights=likely, k=length))] = None
        self.words = [*FUNCTION_WORDS, *words]
        self._likely = list(accumulate(1 / (rank + 3) ** WORD_SLOPE for rank in range(len(self.words))))

    def name(self) -> str:
        """Three characters that no dictionary knows together."""
        return "".join(self.random.choices(self._characters, k=3))

    def article(self, number: int) -> RawArticle:
        """The article of this number: a headline, three paragraphs and a reporter's name."""
        words = self.random.choices(self.words, cum_weights=self._likely, k=150)
        text = list(self._sentences(words[10:]))
        third = len(text) // 3 + 1
        return RawArticle(
            title="".join(words[:10]),
            paragraphs=tuple("".join(text[at : at + third]) for at in range(0, len(text), third)),
            reporters=(self.name(),),
            source=f"报{number % 5}",
            external_id=str(number),
            published_on=BEGINS + timedelta(days=number // A_DAY),
        )

    def _sentences(self, words: list[str]) -> Iterator[str]:
        at = 0
        while at < len(words):
            length = self.random.randint(5, 9)
            yield "".join(words[at : at + length]) + self.random.choice("，，。")
            at += length
