"""The commonest emoji by their shortcodes; others stay as they are written."""

import re

_EMOJI = {
    "+1": "👍",
    "arrow_right": "➡️",
    "ballot_box_with_check": "☑️",
    "bar_chart": "📊",
    "bell": "🔔",
    "bulb": "💡",
    "calendar": "📆",
    "clock3": "🕒",
    "eyes": "👀",
    "grey_question": "❔",
    "heart": "❤️",
    "hourglass": "⌛",
    "hourglass_flowing_sand": "⏳",
    "information_source": "ℹ️",
    "large_blue_circle": "🔵",
    "large_green_circle": "🟢",
    "large_yellow_circle": "🟡",
    "lock": "🔒",
    "mailbox": "📫",
    "memo": "📝",
    "ok_hand": "👌",
    "page_facing_up": "📄",
    "paperclip": "📎",
    "pencil2": "✏️",
    "pray": "🙏",
    "red_circle": "🔴",
    "slightly_smiling_face": "🙂",
    "smile": "😄",
    "sparkles": "✨",
    "speech_balloon": "💬",
    "star": "⭐",
    "tada": "🎉",
    "thumbsup": "👍",
    "warning": "⚠️",
    "wave": "👋",
    "white_check_mark": "✅",
    "white_circle": "⚪",
    "x": "❌",
}

_SHORTCODE = re.compile(r":([a-z0-9_+-]+):")


def with_emoji(text: str) -> str:
    """The text with the shortcodes that are known here replaced by what they stand for."""
    return _SHORTCODE.sub(lambda found: _EMOJI.get(found[1], found[0]), text) if ":" in text else text
