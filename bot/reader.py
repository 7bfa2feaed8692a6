"""What reads an article, with the settings applied: enough for a command that stores nothing, and quick to load."""

from dataclasses import dataclass
from functools import cached_property

from bot.config import Settings
from digests.seeds import Lexicon, read_lexicon
from digests.text.analyzer import Analyzer
from digests.text.summarizer import Summarizer
from digests.text.tokenizer import Tokenizer


@dataclass(frozen=True)
class Reader:
    """The lexicon and those who read by it, each made when first needed."""

    settings: Settings

    @cached_property
    def lexicon(self) -> Lexicon:
        """Topics, places and words; raises SeedsError."""
        return read_lexicon(self.settings.seeds_dir, self.settings.home_region)

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """Cuts Chinese; loading its dictionary takes a moment and memory."""
        return Tokenizer(self.lexicon.words)

    @cached_property
    def analyzer(self) -> Analyzer:
        """Understands articles."""
        return Analyzer(self.lexicon, self.tokenizer)

    @cached_property
    def summarizer(self) -> Summarizer:
        """Summarises articles."""
        return Summarizer()
