"""The root of every error that this package raises."""


class FabricClientError(Exception):
    """Something asked of Fabric, or of its certificate authority, was not done.

    Catch this to catch whatever the package raises by itself; programming errors (a wrong type, a
    wrong state) stay `TypeError` and `ValueError`.
    """
