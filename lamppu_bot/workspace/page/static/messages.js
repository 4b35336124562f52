// A conversation: its messages in the order of time, each with what can be done about it.

import { blocks } from "./blocks.js";
import { h, reconcile } from "./dom.js";
import { parts } from "./markup.js";
import { post } from "./net.js";
import { well } from "./notices.js";
import { ask } from "./question.js";
import { goTo } from "./route.js";
import { t } from "./texts.js";

const initials = (name) => name.split(/\s+/).map((word) => [...word][0]).slice(0, 2).join("").toUpperCase();

export const avatar = (name, isBot) =>
  h("span", { class: isBot ? "avatar bot" : "avatar", "aria-hidden": "true" }, initials(name));

function files(said) {
  if (!said.length) return null;
  return h("ul", { class: "files" }, said.map((file) => h("li", {},
    h("a", { class: "file", href: `/file/${file.id}/${encodeURIComponent(file.name)}`, target: "_blank", rel: "noopener" },
      h("span", { class: "file-kind", "aria-hidden": "true" }, file.name.split(".").pop().slice(0, 4)),
      h("span", {}, file.title), " ",
      h("span", { class: "faint" }, t("kilobytes", { size: Math.max(1, Math.round(file.size / 1024)) }))))));
}

function editor(said, me, done) {
  const text = h("textarea", { rows: 3, "aria-label": t("edit_label") });
  text.value = said.typed;
  const save = async () => {
    if (!text.value.trim()) return;
    const wish = { as: me, do: "edit", channel: said.channel, ts: said.ts, text: text.value };
    if (well(await post("/act", wish))) done();
  };
  text.addEventListener("keydown", (event) => {
    if (event.key === "Escape") done();
    else if (event.key === "Enter" && !event.shiftKey) save();
    else return;
    event.preventDefault();
  });
  const form = h("div", { class: "editor" }, text, h("div", { class: "row" },
    h("button", { type: "button", class: "button primary", onclick: save }, t("save")),
    h("button", { type: "button", class: "button", onclick: done }, t("cancel"))));
  requestAnimationFrame(() => text.focus());
  return form;
}

async function remove(said, me) {
  const sure = await ask({ title: t("delete_sure"), confirm: t("delete"), deny: t("cancel"), style: "danger" });
  if (sure) well(await post("/act", { as: me, do: "delete", channel: said.channel, ts: said.ts }));
}

function tools(said, place, edit) {
  const tool = (name, onclick, label) =>
    h("button", { type: "button", class: "tool", "data-focus": `${said.ts}/${name}`, onclick }, label);
  const reply = () => goTo({ thread: said.ts });
  return h("div", { class: "tools" },
    !said.reply && said.replies > 0 && !place.inThread && tool("replies", reply, t("replies", { count: said.replies })),
    !said.reply && said.replies === 0 && !said.alone && !place.inThread && tool("reply", reply, t("reply")),
    said.mine && !said.files.length && tool("edit", edit, t("edit")),
    said.mine && tool("delete", () => remove(said, place.me), t("delete")));
}

function message(said, place) {
  const at = {
    key: `${place.inThread ? "thread " : ""}${said.ts} `,
    everybody: place.everybody,
    input: (block) => h("p", { class: "faint" }, t("unknown_block", { name: block.label })),
    press: async (element, value) => {
      const wish = { as: place.me, do: "press", channel: said.channel, ts: said.ts };
      well(await post("/act", { ...wish, block: element.block, action: element.action, value }));
    },
  };
  const content = said.gone ? h("p", { class: "faint" }, t("deleted"))
    : said.blocks ? blocks(said.blocks, at) : h("div", { class: "text" }, parts(said.text));
  const body = h("div", { class: "message-body" }, content, files(said.files));
  const all = tools(said, place, () => {
    const form = editor(said, place.me, () => {
      form.replaceWith(body);
      all.hidden = false;
      all.querySelector("button")?.focus();
      place.again(); // what changed while it was edited
    });
    body.replaceWith(form);
    all.hidden = true;
  });
  return h("li", {},
    h("article", { class: said.alone ? "message alone" : "message", "aria-label": `${said.author}, ${said.time}` },
      avatar(said.author, said.bot),
      h("div", { class: "message-main" },
        said.alone && h("p", { class: "only-you" }, t("only_you")),
        h("p", { class: "who" },
          h("strong", {}, said.author), " ",
          said.bot && h("span", { class: "app" }, t("app")), " ",
          h("span", { class: "faint" }, said.time), " ",
          said.edited && h("span", { class: "faint" }, `(${t("edited")})`)),
        body, all)));
}

function withDays(messages) {
  const shown = [];
  let day = "";
  for (const said of messages) {
    if (said.day !== day) shown.push({ key: `day ${said.day}`, day: said.day });
    day = said.day;
    shown.push({ key: said.ts, ...said });
  }
  return shown;
}

// A list of messages that is kept up to date; the end stays in view for whoever was there.
export class Conversation {
  constructor(label) {
    this.list = h("ol", { class: "messages" });
    this.node = h("div", { class: "log", role: "log", tabindex: "0", "aria-label": label }, this.list);
    this.empty = h("p", { class: "empty faint" }, t("no_messages"));
    this.key = "";
    this.newest = "";
    this.isWriting = false; // something was sent from here, and is not in the list yet
  }

  show(messages, place, key, isOpening = false) {
    const { node } = this;
    const isNew = key !== this.key;
    const newest = messages.at(-1)?.ts ?? "";
    const isAnswer = this.isWriting && newest > this.newest;
    const atEnd = isNew || isAnswer || this.isAtEnd();
    if (isAnswer) this.isWriting = false;
    this.newest = newest;
    if (isNew) this.list.replaceChildren();
    this.key = key;
    reconcile(this.list, withDays(messages), (item) =>
      item.author ? message(item, place) : h("li", { class: "day" }, h("span", {}, item.day)));
    if (messages.length) this.empty.remove();
    else node.append(this.empty);
    if (atEnd && !(isOpening && this.isInPage())) this.toEnd();
  }

  // On a phone it is the page that scrolls; there the calendar is what one sees when it opens.
  isInPage() {
    return getComputedStyle(this.node).overflowY === "visible";
  }

  isAtEnd() {
    const scrolled = this.isInPage() ? document.scrollingElement : this.node;
    return scrolled.scrollHeight - scrolled.scrollTop - scrolled.clientHeight < 80;
  }

  // The end, or the beginning of a last message that is longer than what one sees.
  toEnd() {
    const last = this.list.lastElementChild;
    const room = this.isInPage() ? innerHeight : this.node.clientHeight;
    last?.scrollIntoView({ block: last.offsetHeight > room ? "start" : "end" });
  }
}
