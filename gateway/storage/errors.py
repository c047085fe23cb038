"""What the database may answer besides rows."""


class StorageError(Exception):
    """Base of the storage's errors."""


class DatabaseUnusable(StorageError):
    """The database cannot be opened or brought to this version: says where and why."""


class DatabaseBusy(StorageError):
    """Another process held the database for too long: nothing was changed, try again."""


class RowConflict(StorageError):
    """A unique value is taken: nothing was changed."""
