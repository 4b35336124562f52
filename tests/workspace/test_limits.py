"""Block Kit limits: accepted at the limit and one below, refused one above, naming the place."""

import pytest
import slackblocks as sb
from slack_sdk.errors import SlackApiError

from lamppu_bot.workspace.errors import SlackError
from lamppu_bot.workspace.validation import check_message, check_view, limits


def plain(text):
    return {"type": "plain_text", "text": text}


def section(text="x", **more):
    return {"type": "section", "text": plain(text), **more}


def button(text="x", **more):
    return {"type": "button", "text": plain(text), **more}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def options(count, text="x"):
    return [{"text": plain(text), "value": str(number)} for number in range(count)]


def text_input(**element):
    return {"type": "input", "label": plain("x"), "element": {"type": "plain_text_input", **element}}


def modal(*blocks, **more):
    return {"type": "modal", "title": plain("x"), "submit": plain("x"), "blocks": list(blocks), **more}


def cells(row_count, column_count, text="x", kind="raw_text"):
    return [[{"type": kind, "text": text}] * column_count for _ in range(row_count)]


def table(row_count=2, column_count=2, text="x"):
    return {"type": "table", "rows": cells(row_count, column_count, text)}


def data_table(row_count=2, column_count=2, text="x", **more):
    return {"type": "data_table", "caption": "x", "rows": cells(row_count, column_count, text), **more}


def bars(categories=2, series=1, name="x", title="x"):
    labels = [f"c{number}" for number in range(categories)]
    data = [{"label": label, "value": 1} for label in labels]
    chart = {
        "type": "bar",
        "series": [{"name": f"{name}{number}", "data": data} for number in range(series)],
        "axis_config": {"categories": labels},
    }
    return {"type": "data_visualization", "title": title, "chart": chart}


MESSAGE_LIMITS = {
    "blocks": (50, lambda n: [section()] * n),
    "section text": (3000, lambda n: [section("x" * n)]),
    "section fields": (10, lambda n: [{"type": "section", "fields": [plain("x")] * n}]),
    "field text": (2000, lambda n: [{"type": "section", "fields": [plain("x" * n)]}]),
    "header": (150, lambda n: [{"type": "header", "text": plain("x" * n)}]),
    "context elements": (10, lambda n: [{"type": "context", "elements": [plain("x")] * n}]),
    "actions elements": (25, lambda n: [actions(*[button()] * n)]),
    "button text": (75, lambda n: [actions(button("x" * n))]),
    "button value": (2000, lambda n: [actions(button(value="x" * n))]),
    "action_id": (255, lambda n: [actions(button(action_id="x" * n))]),
    "block_id": (255, lambda n: [section(block_id="x" * n)]),
    "select options": (100, lambda n: [actions({"type": "static_select", "options": options(n)})]),
    "overflow options": (5, lambda n: [actions({"type": "overflow", "options": options(n)})]),
    "radio options": (10, lambda n: [actions({"type": "radio_buttons", "options": options(n)})]),
    "option label": (75, lambda n: [actions({"type": "static_select", "options": options(1, "x" * n)})]),
    "table rows": (100, lambda n: [table(n, 1)]),
    "table columns": (20, lambda n: [table(1, n)]),
    "table characters": (10_000, lambda n: [table(1, 1, "x" * n)]),
    "tables": (1, lambda n: [table()] * n),
    "data table rows": (201, lambda n: [data_table(n, 1)]),
    "data table columns": (20, lambda n: [data_table(2, n)]),
    "data table characters": (
        20_000,
        lambda n: [data_table(2, 1) | {"rows": [*cells(1, 1, "x"), *cells(1, 1, "x" * (n - 1))]}],
    ),
    "data table page": (100, lambda n: [data_table(page_size=n)]),
    "charts": (2, lambda n: [bars()] * n),
    "chart title": (50, lambda n: [bars(title="x" * n)]),
    "chart categories": (20, lambda n: [bars(categories=n)]),
    "chart series": (12, lambda n: [bars(series=n)]),
    "chart series name": (20, lambda n: [bars(name="x" * (n - 1))]),
    "markdown": (12_000, lambda n: [{"type": "markdown", "text": "x" * n}]),
}

MODAL_LIMITS = {
    "blocks": (100, lambda n: modal(*[section()] * n)),
    "title": (24, lambda n: modal(title=plain("x" * n))),
    "submit": (24, lambda n: modal(submit=plain("x" * n))),
    "close": (24, lambda n: modal(close=plain("x" * n))),
    "private_metadata": (3000, lambda n: modal(private_metadata="x" * n)),
    "callback_id": (255, lambda n: modal(callback_id="x" * n)),
    "max_length": (3000, lambda n: modal(text_input(max_length=n))),
    "initial_value": (3000, lambda n: modal(text_input(initial_value="x" * n))),
    "placeholder": (150, lambda n: modal(text_input(placeholder=plain("x" * n)))),
    "label": (2000, lambda n: modal(text_input() | {"label": plain("x" * n)})),
}


@pytest.mark.parametrize("name", MESSAGE_LIMITS)
def test_message_limit(name):
    limit, build = MESSAGE_LIMITS[name]
    for size in {max(limit - 1, 1), limit}:
        check_message(build(size), set())
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_message(build(limit + 1), set())


@pytest.mark.parametrize("name", MODAL_LIMITS)
def test_modal_limit(name):
    limit, build = MODAL_LIMITS[name]
    for size in (limit - 1, limit):
        check_view(build(size), "modal", set())
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view(build(limit + 1), "modal", set())


def test_all_block_text_of_a_message_is_limited():
    def sized(total):
        return [section("x" * 3000)] * 4 + [section("x" * (total - 12_000))]

    check_message(sized(limits.MESSAGE_BLOCK_TEXT), set())
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_message(sized(limits.MESSAGE_BLOCK_TEXT + 1), set())


BROKEN_MESSAGES = {
    "duplicate block_id": ([section(block_id="a"), section(block_id="a")], "/blocks]"),
    "duplicate action_id": ([actions(button(action_id="a"), button(action_id="a"))], "/blocks/0/elements]"),
    "markdown in a button": ([actions(button() | {"text": {"type": "mrkdwn", "text": "x"}})], "/text/type]"),
    "empty text": ([section("")], "/blocks/0/text/text]"),
    "empty section": ([{"type": "section"}], "/blocks/0]"),
    "unknown block": ([{"type": "poem"}], "/blocks/0/type]"),
    "alert outside a modal": ([{"type": "alert", "text": plain("x")}], "/blocks/0/type]"),
    "unknown element": ([actions({"type": "lever"})], "/blocks/0/elements/0/type]"),
    "style": ([actions(button(style="loud"))], "/style]"),
    "initial option": (
        [actions({"type": "static_select", "options": options(1), "initial_option": options(2)[1]})],
        "/blocks/0/elements/0]",
    ),
    "uneven data table": ([data_table() | {"rows": [*cells(1, 2), *cells(1, 1)]}], "/blocks/0/rows]"),
    "one-row data table": ([data_table(1)], "/blocks/0/rows]"),
    "data table without caption": ([{"type": "data_table", "rows": cells(2, 2)}], "/caption]"),
    "empty cell": ([table(1, 1, "")], "/blocks/0/rows/0/0/text]"),
    "chart without a point": ([bars() | {"chart": bars(3)["chart"] | {"series": bars()["chart"]["series"]}}], "/data]"),
    "empty pie": (
        [bars() | {"chart": {"type": "pie", "segments": [{"label": "x", "value": 0}]}}],
        "/segments/0/value]",
    ),
    "not a list": ({"type": "section"}, "/blocks]"),
    "not a block": (["x"], "/blocks/0/type]"),
    "rich text run": (
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}],
            }
        ],
        "/blocks/0/elements/0/elements/0/text]",
    ),
}


@pytest.mark.parametrize("name", BROKEN_MESSAGES)
def test_broken_message_names_the_place(name):
    blocks, place = BROKEN_MESSAGES[name]
    with pytest.raises(SlackError) as caught:
        check_message(blocks, set())
    (message,) = caught.value.extra["response_metadata"]["messages"]
    assert message.startswith("[ERROR] ")
    assert message.endswith(place)


BROKEN_VIEWS = {
    "input without submit": {"type": "modal", "title": plain("x"), "blocks": [text_input()]},
    "no title": {"type": "modal", "blocks": []},
    "table in a modal": modal(table()),
    "chart in a modal": modal(bars()),
    "home view": {"type": "home", "blocks": []},
    "not a view": "x",
}


@pytest.mark.parametrize("name", BROKEN_VIEWS)
def test_broken_modal_is_refused(name):
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view(BROKEN_VIEWS[name], "modal", set())


def test_what_slackblocks_builds_is_accepted():
    option = sb.Option(text=sb.PlainText("Kyllä"), value="y")
    axis = sb.AxisConfig(categories=["Kevät", "Syksy"], x_label="x")
    series = sb.DataSeries("Tulos", [sb.DataPoint("Kevät", 1), sb.DataPoint("Syksy", 2.5)])
    message = sb.Message(
        "C1",
        blocks=[
            sb.HeaderBlock("Otsikko"),
            sb.SectionBlock(sb.Text("*x*"), accessory=sb.Button("Avaa", action_id="a", style="primary")),
            sb.ActionsBlock([sb.StaticSelectMenu(placeholder="Valitse", options=[option], action_id="b")]),
            sb.ContextBlock([sb.Text("x")]),
            sb.DividerBlock(),
            sb.RichTextBlock([sb.RichTextSection([sb.RichText("x", bold=True), sb.RichTextLink("https://x.fi")])]),
            sb.RichTextBlock([sb.RichTextList("bullet", [sb.RichTextSection([sb.RichText("x")])])]),
            sb.TableBlock([[sb.RawText("x"), sb.RichTextSection([sb.RichText("y")])]]),
            sb.DataTableBlock([[sb.RawText("x")], [sb.RawNumber(1, "1")]], caption="x"),
            sb.DataVisualizationBlock("x", sb.BarChart([series], axis)),
            sb.DataVisualizationBlock("y", sb.PieChart([sb.ChartSegment("x", 1)])),
            sb.MarkdownBlock("**x**"),
        ],
    )
    checked = check_message(message.to_dict()["blocks"], set())
    assert [block["type"] for block in checked] == [block["type"] for block in message.to_dict()["blocks"]]
    view = sb.ModalView(
        title="Otsikko",
        submit="Tallenna",
        blocks=[
            sb.AlertBlock("Huom", level="warning"),
            sb.InputBlock("Tulos", sb.PlainTextInput(action_id="a", multiline=True), hint="x", optional=True),
            sb.InputBlock("Tulos", sb.RichTextInput(action_id="a")),
            sb.InputBlock("Valinta", sb.RadioButtonGroup(action_id="a", options=[option])),
            sb.InputBlock("Päivä", sb.DatePicker(action_id="a")),
        ],
    )
    assert len(check_view(view.to_dict(), "modal", set())["blocks"]) == 5


def test_missing_ids_are_filled_in_and_given_ones_kept():
    first, second = check_message([actions(button()), section(block_id="mine")], set())
    assert first["block_id"]
    assert first["elements"][0]["action_id"]
    assert second["block_id"] == "mine"


def test_refusal_reaches_the_client_in_slacks_shape(client, liisa):
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=liisa.id, text="x", blocks=[section("x" * 3001)])
    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]
    assert liisa.messages() == []


def test_configured_block_types_are_refused(ws, client, liisa):
    ws.settings.refused_block_types.add("data_table")
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        client.chat_postMessage(channel=liisa.id, text="x", blocks=[data_table()])
    assert client.chat_postMessage(channel=liisa.id, text="x", blocks=[section()])["ok"]
