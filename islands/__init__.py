"""Quality-diversity containers, generic in what they store: archives, islands, migration."""

from islands.archive import Cell, Elite, GridArchive, Placement, Stats, Status
from islands.axis import Axis
from islands.migration import Island, Migrant, Migration, migrate_ring

__all__ = [
    "Axis",
    "Cell",
    "Elite",
    "GridArchive",
    "Island",
    "Migrant",
    "Migration",
    "Placement",
    "Stats",
    "Status",
    "migrate_ring",
]
