"""What can be wrong with the database itself; `RowConflict`, `DatabaseBusy` are services' errors."""


class DatabaseUnusable(Exception):
    """The database cannot be opened or brought to this version: says where and why."""
