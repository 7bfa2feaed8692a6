"""Digital newspaper sites (电子报): any page of one → its articles, its links, or the whole edition of a day."""

from digests.ingest.epapers.addresses import day_of, edition_address
from digests.ingest.epapers.contents import read_content
from digests.ingest.epapers.editions import read_edition
from digests.ingest.epapers.layouts import Layout, PageKind, is_epaper, kind_of, read_layout

__all__ = [
    "Layout",
    "PageKind",
    "day_of",
    "edition_address",
    "is_epaper",
    "kind_of",
    "read_content",
    "read_edition",
    "read_layout",
]
