"""The family of what can go wrong with the database that people are told about."""


class StorageError(Exception):
    """Something could not be done. Its text says why and what to do."""
