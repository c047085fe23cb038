"""What can be wrong with the database itself."""


class DatabaseUnusable(Exception):
    """The database cannot be opened or brought to this version: says where and why."""


class TablesUnknown(Exception):
    """No migration leads from the database's tables to this version's."""
