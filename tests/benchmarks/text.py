"""`make bench-text`: what reading an article costs and gives, beside jieba's own cutting and other summarizers."""

import argparse
import json
import platform
import random
import resource
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path

from digests.folding import fold
from digests.ingest.pages import read_page
from digests.model.news import Background, RawArticle
from digests.seeds import Lexicon, read_lexicon
from digests.text.analyzer import Analyzer
from digests.text.duplicates import fingerprint
from digests.text.sentences import split_sentences
from digests.text.summarizer import Summarizer
from digests.text.tokenizer import Tokenizer
from tests.benchmarks.peers import Peer, jieba_cut, peers
from tests.benchmarks.rouge import rouge

ROOT = Path(__file__).parents[2]
CHARACTERS = 800
"""The length of an article of which the speed is told."""
ROUNDS = 5
"""How often everything is done in turn; the median is told."""
BUDGET = 120
"""Characters of the shorter summaries that are scored."""
ENOUGH = 50
"""Articles with editors' summaries below which scores say little."""

Row = Mapping[str, object]
Work = Callable[[RawArticle], object]
Spent = dict[str, list[float]]


class Reader:
    """All the work on an article with one segmenter."""

    def __init__(self, lexicon: Lexicon, background: Background, *, fast: bool) -> None:
        self.tokenizer = Tokenizer(lexicon.words, fast=fast)
        self.analyzer = Analyzer(lexicon, self.tokenizer)
        self.summarizer = Summarizer()
        self._background = background

    def read(self, article: RawArticle) -> None:
        """Folds, cuts, finds topics, places, key terms and fingerprint, and summarizes."""
        self.analyzer.story_terms(self.analyzer.analyze(article), self._background)
        self.summarize(article)

    def summarize(self, article: RawArticle, sentences: int | None = None, characters: int | None = None) -> str:
        """A summary in one string."""
        told = self.summarizer.summarize(
            article.headline, article.body, self._background, max_sentences=sentences, max_chars=characters
        )
        return "\n".join(sentence.line for sentence in told.sentences)


def seconds(works: Mapping[str, Work], articles: Sequence[RawArticle]) -> Spent:
    """CPU seconds for an article by each of the works, round by round, all in turn on the same articles."""
    spent: Spent = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            started = time.process_time()
            for article in articles:
                work(article)
            spent[name].append((time.process_time() - started) / len(articles))
    return spent


def bench_scores(rows: Sequence[Row], reader: Reader, others: Mapping[str, Peer]) -> None:
    """The likeness of summaries to those of editors, of three sentences and of 120 characters."""
    print(f"\nSummaries of {len(rows)} articles: character ROUGE-1/2/L, mean F1 x 100")
    if len(rows) < ENOUGH:
        print("(too few to tell who is better: SUMMARIES=folder has more)")
    print(f"{'':16} 3 sentences  {BUDGET} characters")
    articles = [_raw(row) for row in rows]
    references = [[str(reference) for reference in row["refs"]] for row in rows]  # type: ignore[attr-defined]
    ours = [reader.summarize(article, sentences=3) for article in articles]
    short = [reader.summarize(article, characters=BUDGET) for article in articles]
    _score("Liwen", references, ours, short)
    for name, ask in others.items():
        told = ["\n".join(ask(article.body, 3)) for article in articles]
        _score(name, references, told, [_shortened(summary) for summary in told])


def _score(name: str, references: Iterable[Sequence[str]], *columns: Sequence[str]) -> None:
    wanted = [*references]
    means = [statistics.mean(map(rouge, column, wanted)) for column in columns]
    print(f"{name:16} {100 * means[0]:11.1f}  {100 * means[1]:14.1f}")


def _shortened(summary: str) -> str:
    """The first 120 characters that are no spaces."""
    return "".join(islice((character for character in summary if not character.isspace()), BUDGET))


def bench_speed(articles: Sequence[RawArticle], slow: Reader, fast: Reader) -> None:
    """Reading whole articles against cutting alone."""
    print(f"\n{len(articles)} articles of {CHARACTERS} characters: CPU time, median of {ROUNDS} rounds in turn")
    as_it_comes = jieba_cut()
    spent = seconds(
        {
            "jieba, cutting alone": lambda article: as_it_comes(f"{article.headline}\n{article.body}"),
            "jieba without guessing (HMM)": lambda article: slow.tokenizer.cut(f"{article.headline}\n{article.body}"),
            "Liwen, everything, with jieba": slow.read,
            "Liwen, everything, with rjieba": fast.read,
        },
        articles,
    )
    for name, rounds in spent.items():
        each = statistics.median(rounds)
        print(f"  {name:32} {1e6 * each:7.0f} µs {1 / each:7.0f} a second")
    alone, unguessed, with_jieba, with_rjieba = spent.values()
    for name, ours in (("jieba", with_jieba), ("rjieba", with_rjieba)):
        times, unguessing = _ratio(ours, alone), _ratio(ours, unguessed)
        print(
            f"  everything with {name} costs {times:.2f} times jieba's cutting, {unguessing:.2f} times that without HMM"
        )


def bench_peers(articles: Sequence[RawArticle], slow: Reader, fast: Reader, others: Mapping[str, Peer]) -> None:
    """Reading whole articles against peers, which only summarize."""
    print(f"\nThe same with {len(articles)} of them; peers make a summary of three sentences and no more")
    works: dict[str, Work] = {"Liwen with rjieba": fast.read, "Liwen with jieba": slow.read}
    for name, ask in others.items():
        works[name] = lambda article, ask=ask: ask(article.body, 3)  # type: ignore[misc]
    spent = seconds(works, articles)
    print(f"{'':18} a second  Liwen is so many times as quick: with rjieba, with jieba")
    for name, rounds in spent.items():
        factors = (_ratio(rounds, spent[ours]) for ours in ("Liwen with rjieba", "Liwen with jieba"))
        print(f"  {name:18} {1 / statistics.median(rounds):6.0f}", *(f"{factor:9.1f}" for factor in factors))


def _ratio(numerator: Sequence[float], denominator: Sequence[float]) -> float:
    """The median of the ratios within each round."""
    return statistics.median(n / d for n, d in zip(numerator, denominator, strict=True))


def bench_steps(articles: Sequence[RawArticle], reader: Reader) -> None:
    """What each step costs when nothing is remembered from the one before."""
    fold_anew = fold.__wrapped__
    works: dict[str, Work] = {
        "folding": lambda article: fold_anew(article.body),
        "sentences": lambda article: split_sentences(article.body),
        "cutting": lambda article: reader.tokenizer.cut(article.body),
        "topics": reader.analyzer.topics,
        "places": reader.analyzer.places,
        "fingerprint": lambda article: fingerprint(article.body),
        "analysis, all": reader.analyzer.analyze,
        "summary": reader.summarize,
    }
    print("\nSteps with rjieba, µs an article; all but the first two and cutting include folding")
    for name, rounds in seconds(works, articles).items():
        print(f"  {name:16} {1e6 * statistics.median(rounds):6.0f}")


def bench_length(sentences: Sequence[str], reader: Reader) -> None:
    """Whether the time grows with the length alone."""
    print("\nOne long article, with rjieba")
    random_ = random.Random(1)  # noqa: S311
    mean = len("\n".join(sentences).encode()) / len(sentences)
    for size in (10_000, 100_000, 1_000_000):
        body = random_.choices(sentences, k=round(size / mean))
        article = RawArticle(title=sentences[0][:20], paragraphs=tuple(body))
        length = len(article.body.encode())
        started = time.process_time()
        reader.read(article)
        spent = time.process_time() - started
        print(f"  {length / 1e6:5.2f} MB  {spent:6.3f} s  {spent / length * 1e6:5.2f} s a MB")


def bench_memory(sentences: Sequence[str], reader: Reader, articles: int) -> None:
    """Whether reading a great many articles, each with words nobody saw before, makes the process grow."""
    print("\nMemory, with rjieba; every article has names of its own")
    random_ = random.Random(2)  # noqa: S311
    for number in range(1, articles + 1):
        name = "".join(chr(random_.randrange(0x4E00, 0x9FA5)) for _ in range(3))
        body = [*random_.choices(sentences, k=16), f"“{name}”第{number}号由{name}集团承建。"]
        reader.read(RawArticle(title=body[0][:20], paragraphs=tuple(body)))
        if number % max(1, articles // 10) == 0:
            print(f"  after {number:9,} articles: {_megabytes():6.1f} MB, {_peak():6.1f} at most", flush=True)


def _megabytes() -> float:
    """The memory that is resident now; on a system without /proc the most that ever was."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text("ascii").split()[1]) * resource.getpagesize() / 2**20 if statm.exists() else _peak()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read_rows(folder: Path | None) -> list[Row]:
    """Articles with editors' summaries, JSON lines of `title`, `text` and `refs`: ours or all of a folder."""
    files = sorted(folder.glob("*.jsonl")) if folder else [Path(__file__).with_name("articles.jsonl")]
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    found = [row for row in rows if row.get("refs")]
    if not found:
        raise SystemExit(f"{folder}: no *.jsonl in it has articles with summaries (title, text, refs)")
    return found


def _raw(row: Row) -> RawArticle:
    return RawArticle(title=str(row.get("title", "")), paragraphs=tuple(str(row["text"]).splitlines()))


def long_articles(rows: Iterable[Row]) -> list[RawArticle]:
    """Articles of 800 characters: the beginnings of long ones, and the seed page's stories joined."""
    page = next((ROOT / "seeds" / "pages").glob("*.txt")).read_text("utf-8")
    printed = "\n".join(article.body for article in read_page(page).articles)
    found = [(str(row.get("title", "")), str(row["text"])) for row in rows]
    found += [(printed[at : at + 20], printed[at:]) for at in range(0, len(printed), CHARACTERS)]
    return [
        RawArticle(title=title, paragraphs=tuple(text[:CHARACTERS].splitlines()))
        for title, text in found
        if len(text) >= CHARACTERS
    ]


def main() -> None:
    """Runs everything; `--summaries` names a folder of other articles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--summaries", type=Path)
    parser.add_argument("--memory", type=int, default=100_000, help="articles read to see whether memory grows")
    arguments = parser.parse_args()
    lexicon = read_lexicon(ROOT / "seeds", "3304")
    rows = read_rows(arguments.summaries)
    articles = long_articles(rows)
    print(f"{platform.python_implementation()} {platform.python_version()} on {platform.machine()}, one core")
    analyzer = Analyzer(lexicon)
    terms = Counter(term for article in articles for term in analyzer.analyze(article).terms)
    background = Background(len(articles), terms)
    slow, fast = (Reader(lexicon, background, fast=fast) for fast in (False, True))
    sentences = [sentence.text for article in articles for sentence in split_sentences(article.body)]
    bench_steps(articles, fast)
    bench_memory(sentences, fast, arguments.memory)  # before anything else uses some
    bench_length(sentences, fast)
    bench_speed(articles, slow, fast)
    others = peers()
    bench_peers(articles[:20], slow, fast, others)
    bench_scores(rows, fast, others)


if __name__ == "__main__":
    main()
