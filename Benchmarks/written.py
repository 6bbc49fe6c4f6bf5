"""What a synchronization wrote into a database, by the database's own write-ahead log."""

import dataclasses

# The tables that hold the directory, each after those that it refers to.
DIRECTORY = ["users", "okta_group", "okta_membership"]
# What every run may write, also one that finds nothing changed: that it was there, who runs it, when it ended, what it asked
# of Okta, and when the next one is due.
RECORD = ["sync_run", "lease", "okta_integration", "organisation", "sync_schedule", "okta_use"]
# Not of one table: ends of transactions; SQLite's first page, in which the file's size stands, and pages newly taken;
# statistics that PostgreSQL takes by itself of what was loaded before.
UPKEEP = ["transactions", "sqlite_schema", "free pages", "pg_statistic", "pg_class"]


@dataclasses.dataclass
class Written:
    """- rows: inserted, updated and deleted rows of the directory's tables; None where the database does not count.
    - kilobytes: of the write-ahead log, by the table that they are for, its indexes included.
    """

    rows: int | None
    kilobytes: dict

    @property
    def of_directory(self):
        return self._sum(DIRECTORY)

    @property
    def of_record(self):
        return self._sum(RECORD + UPKEEP)

    @property
    def others(self):
        """The tables that are neither, with most of it first."""
        known = {*DIRECTORY, *RECORD, *UPKEEP}
        others = {table: size for table, size in self.kilobytes.items() if table not in known}
        return dict(sorted(others.items(), key=lambda entry: -entry[1]))

    @property
    def is_only_record(self):
        return not self.rows and self.of_directory == 0 and not self.others

    def __str__(self):
        rows = "" if self.rows is None else f"{self.rows:,} rows and "
        text = f"{rows}{self.of_directory:.0f} kB of users, groups and memberships; {self.of_record:.0f} kB of the run"
        return text + "".join(f"; {size:.0f} kB of {table}" for table, size in self.others.items())

    def _sum(self, tables):
        return sum(self.kilobytes.get(table, 0) for table in tables)
