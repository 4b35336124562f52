"""The building stones of Block Kit checks: where a problem is, and the checks of texts, strings and lists."""

from collections.abc import Mapping, Sequence
from typing import Any


class Problems:
    """The problems found so far, in Slack's words with a JSON pointer to the place."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, at: str, what: str) -> None:
        """Note a problem at a JSON pointer such as `/blocks/0/text`."""
        self.found.append(f"{what} [json-pointer:{at}]")

    def string(self, holder: Mapping[str, Any], key: str, at: str, *, most: int, least: int = 1) -> None:
        """Check an optional string of `holder`."""
        if key in holder:
            self.length(holder[key], f"{at}/{key}", most=most, least=least)

    def length(self, value: object, at: str, *, most: int, least: int = 1) -> None:
        """Check that the value is a string of that many characters."""
        if not isinstance(value, str):
            self.add(at, "must be a string")
        elif len(value) > most:
            self.add(at, f"must be less than {most + 1} characters")
        elif len(value) < least:
            self.add(at, f"must be more than {least - 1} characters")

    def text(
        self, holder: Mapping[str, Any], key: str, at: str, *, most: int, plain: bool = True, need: bool = True
    ) -> None:
        """Check the text object `holder[key]`; `plain` refuses mrkdwn."""
        if key in holder:
            self.text_object(holder[key], f"{at}/{key}", most=most, plain=plain)
        elif need:
            self.add(at, f"missing required field: {key}")

    def text_object(self, value: object, at: str, *, most: int, plain: bool) -> None:
        """Check a text object: its type, its length, no surprise beside them."""
        if not isinstance(value, Mapping):
            self.add(at, "must be an object")
            return
        kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
        if value.get("type") not in kinds:
            self.add(f"{at}/type", f"must be one of: {', '.join(kinds)}")
        if value.get("type") == "mrkdwn" and "emoji" in value:
            self.add(at, "no more than the fields of mrkdwn allowed: emoji")
        self.length(value.get("text"), f"{at}/text", most=most)

    def items(
        self, holder: Mapping[str, Any], key: str, at: str, *, most: int, least: int = 1
    ) -> Sequence[Mapping[str, Any]]:
        """The list of objects `holder[key]`, its size checked; empty when it is none."""
        value = holder.get(key)
        if not isinstance(value, list):
            self.add(f"{at}/{key}", "must be an array")
            return []
        if len(value) > most:
            self.add(f"{at}/{key}", f"no more than {most} items allowed")
        elif len(value) < least:
            self.add(f"{at}/{key}", f"no less than {least} items allowed")
        return [item if isinstance(item, Mapping) else {} for item in value]

    def number(self, holder: Mapping[str, Any], key: str, at: str, *, least: int, most: int) -> None:
        """Check an optional whole number of `holder`."""
        value = holder.get(key, least)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.add(f"{at}/{key}", f"must be between {least} and {most}")
