"""What can go wrong that a person is told about. One family; `lamppu_bot.slack` turns it into words and messages."""


class LamppuError(Exception):
    """Something could not be done. Its text says why and what to do, in English, for the command line and the log."""


class RefusedError(LamppuError):
    """A person asked in Slack for something they may not do or that cannot be done now.

    `key` names the text of the catalogue that tells them, `values` what it is filled with.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values
