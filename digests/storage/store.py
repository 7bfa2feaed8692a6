"""A transaction: everything that can be read and written, one object per noun."""

from functools import cached_property

from sqlalchemy import Connection

from digests.storage.alarms import Alarms
from digests.storage.alerts import Alerts
from digests.storage.amendments import Amendments
from digests.storage.articles import Articles
from digests.storage.belongings import Belongings
from digests.storage.broadcasts import Broadcasts
from digests.storage.clock import Clock
from digests.storage.corrections import Corrections
from digests.storage.deliveries import Deliveries
from digests.storage.digests import Digests, Editions
from digests.storage.documents import Documents
from digests.storage.edits import Edits
from digests.storage.groups import Groups
from digests.storage.hosts import Hosts
from digests.storage.originals import Originals
from digests.storage.paces import Paces
from digests.storage.phrases import Phrases
from digests.storage.pictures import Pictures
from digests.storage.published import Published
from digests.storage.recipes import Recipes
from digests.storage.related import Related
from digests.storage.reports import Reports
from digests.storage.retention import Retention
from digests.storage.saved import SavedArticles
from digests.storage.search import Search
from digests.storage.search.indexing import Indexing
from digests.storage.sources import Sources
from digests.storage.spellings import Spellings
from digests.storage.statistics import Statistics
from digests.storage.subscriptions import Chats, Subscriptions
from digests.storage.updates import Updates
from digests.storage.uploads import Uploads


class Store:
    """One transaction: everything that can be read and written, by noun."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def number(self) -> int | None:
        """By which Database.committed knows this transaction; none in SQLite, where a failed commit is none."""
        if self._connection.dialect.name == "sqlite":
            return None
        number: int = self._connection.exec_driver_sql("SELECT txid_current()").scalar_one()
        return number

    @cached_property
    def articles(self) -> Articles:
        """Articles and the frequencies of their terms."""
        return Articles(self._connection)

    @cached_property
    def related(self) -> Related:
        """Articles that are the same, alike, or of the same story."""
        return Related(self._connection)

    @cached_property
    def pictures(self) -> Pictures:
        """Pictures that were sent."""
        return Pictures(self._connection)

    @cached_property
    def published(self) -> Published:
        """What is in a closed edition."""
        return Published(self._connection)

    @cached_property
    def editions(self) -> Editions:
        """Closed batches of articles."""
        return Editions(self._connection)

    @cached_property
    def digests(self) -> Digests:
        """What an edition has for each query."""
        return Digests(self._connection)

    @cached_property
    def chats(self) -> Chats:
        """Who is written to."""
        return Chats(self._connection)

    @cached_property
    def belongings(self) -> Belongings:
        """Everything about a chat."""
        return Belongings(self._connection)

    @cached_property
    def groups(self) -> Groups:
        """Where many read, and who may say what is written there."""
        return Groups(self._connection)

    @cached_property
    def subscriptions(self) -> Subscriptions:
        """What chats follow."""
        return Subscriptions(self._connection)

    @cached_property
    def saved(self) -> SavedArticles:
        """What chats put aside."""
        return SavedArticles(self._connection)

    @cached_property
    def originals(self) -> Originals:
        """Messages to be put back."""
        return Originals(self._connection)

    @cached_property
    def deliveries(self) -> Deliveries:
        """The outbox."""
        return Deliveries(self._connection)

    @cached_property
    def broadcasts(self) -> Broadcasts:
        """What an operator says to many."""
        return Broadcasts(self._connection)

    @cached_property
    def reports(self) -> Reports:
        """The daily reports that were given."""
        return Reports(self._connection)

    @cached_property
    def clock(self) -> Clock:
        """What a clock wrote that was put back since."""
        return Clock(self._connection)

    @cached_property
    def alerts(self) -> Alerts:
        """What is told at once."""
        return Alerts(self._connection)

    @cached_property
    def recipes(self) -> Recipes:
        """What sent messages were made of."""
        return Recipes(self._connection)

    @cached_property
    def edits(self) -> Edits:
        """Sent messages that are to be put right."""
        return Edits(self._connection)

    @cached_property
    def paces(self) -> Paces:
        """How fast messages may go."""
        return Paces(self._connection)

    @cached_property
    def updates(self) -> Updates:
        """What is yet to be answered."""
        return Updates(self._connection)

    @cached_property
    def search(self) -> Search:
        """The archive, by query."""
        return Search(self._connection)

    @cached_property
    def phrases(self) -> Phrases:
        """Queries that are too long for a button."""
        return Phrases(self._connection)

    @cached_property
    def spellings(self) -> Spellings:
        """Words by how they sound."""
        return Spellings(self._connection)

    @cached_property
    def index(self) -> Indexing:
        """What search looks into."""
        return Indexing(self._connection)

    @cached_property
    def sources(self) -> Sources:
        """Where news comes from by itself."""
        return Sources(self._connection)

    @cached_property
    def hosts(self) -> Hosts:
        """The hosts that news was asked of."""
        return Hosts(self._connection)

    @cached_property
    def alarms(self) -> Alarms:
        """What administrators are told of."""
        return Alarms(self._connection)

    @cached_property
    def corrections(self) -> Corrections:
        """Topics that administrators set right."""
        return Corrections(self._connection)

    @cached_property
    def amendments(self) -> Amendments:
        """What editors changed."""
        return Amendments(self._connection)

    @cached_property
    def documents(self) -> Documents:
        """Documents that any process may read."""
        return Documents(self._connection)

    @cached_property
    def retention(self) -> Retention:
        """What was kept long enough."""
        return Retention(self._connection)

    @cached_property
    def statistics(self) -> Statistics:
        """Numbers for the operator."""
        return Statistics(self._connection)

    @cached_property
    def uploads(self) -> Uploads:
        """Documents that wait for an administrator's word."""
        return Uploads(self._connection)
