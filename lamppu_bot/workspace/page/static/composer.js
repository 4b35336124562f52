// Where a message is written: Enter sends; what begins with a slash is a command, and is completed.

import { h } from "./dom.js";
import { post, postFile } from "./net.js";
import { notice, well } from "./notices.js";
import { t } from "./texts.js";

const drafts = new Map();

export class Composer {
  // `commands` are {command, word, does}; `where` says as whom, in which channel and thread one writes; `onSend` hears of it.
  constructor({ label, commands, where, name, onSend }) {
    this.onSend = onSend;
    this.commands = commands;
    this.where = where;
    this.file = null;
    this.chosen = -1;
    this.key = "";
    this.sending = Promise.resolve(); // what is sent goes out in the order in which it was written
    this.waiting = 0;
    this.listId = `commands-${name}`;
    this.build(label, name);
  }

  build(label, name) {
    this.text = h("textarea", {
      id: `write-${name}`, rows: 1, "data-focus": `write-${name}`, placeholder: label,
      "aria-label": label, "aria-autocomplete": "list", "aria-controls": this.listId, "aria-describedby": `hint-${name}`,
      oninput: () => this.typed(), onkeydown: (event) => this.key_down(event),
      onblur: () => setTimeout(() => this.complete([]), 150),
    });
    this.list = h("ul", { class: "completion", role: "listbox", tabindex: "0", id: this.listId, "aria-label": t("commands"), hidden: true });
    this.chip = h("span", { class: "chip", role: "status" });
    this.picker = h("input", { type: "file", hidden: true, onchange: () => this.attach() });
    this.node = h("form", {
      class: "composer",
      onsubmit: (event) => {
        event.preventDefault();
        this.send();
      },
    },
    this.list, this.text,
    h("div", { class: "row" },
      this.picker,
      h("button", { type: "button", class: "tool", "data-focus": `attach-${name}`, onclick: () => this.picker.click() }, t("attach")),
      this.chip,
      h("span", { class: "unseen", id: `hint-${name}` }, t("write_hint")),
      h("button", { type: "submit", class: "button primary send" }, t("send"))));
  }

  // Each place keeps what was begun there.
  show(key) {
    if (key === this.key) return;
    this.key = key;
    this.text.value = drafts.get(key) ?? "";
    this.file = null;
    this.showFile();
    this.complete([]);
    this.fit();
  }

  fit() {
    this.text.rows = Math.min(8, Math.max(1, this.text.value.split("\n").length));
  }

  typed() {
    drafts.set(this.key, this.text.value);
    this.fit();
    const said = this.text.value.toLowerCase();
    const isCommand = said.startsWith("/") && !said.includes("\n");
    this.complete(isCommand ? this.commands.filter((one) => `${one.command} ${one.word}`.startsWith(said)) : []);
  }

  complete(found) {
    this.found = found;
    this.list.hidden = found.length === 0;
    this.choose(-1);
    this.list.replaceChildren(...found.map((one, index) => h("li", {
      role: "option", id: `${this.listId}-${index}`, "aria-selected": "false",
      onpointerdown: (event) => {
        event.preventDefault();
        this.take(index);
      },
    }, h("strong", {}, `${one.command} ${one.word}`), " ", h("span", { class: "faint" }, one.does))));
  }

  choose(index) {
    this.chosen = index;
    [...this.list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    if (index >= 0) this.text.setAttribute("aria-activedescendant", `${this.listId}-${index}`);
    else this.text.removeAttribute("aria-activedescendant");
    this.list.children[index]?.scrollIntoView({ block: "nearest" });
  }

  take(index) {
    const { command, word } = this.found[index];
    this.text.value = `${command} ${word}`;
    drafts.set(this.key, this.text.value);
    this.complete([]);
    this.text.focus();
  }

  key_down(event) {
    const count = this.found?.length ?? 0;
    if (count && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      this.choose((this.chosen + (event.key === "ArrowDown" ? 1 : -1) + count) % count);
    } else if (count && event.key === "Escape") this.complete([]);
    else if (count && event.key === "Tab" && !event.shiftKey) this.take(Math.max(0, this.chosen));
    else if (event.key === "Enter" && count && this.chosen >= 0) this.take(this.chosen);
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.send();
    else return;
    event.preventDefault();
  }

  attach() {
    [this.file] = this.picker.files;
    this.showFile();
    this.text.focus();
  }

  showFile() {
    this.picker.value = "";
    const name = this.file?.name;
    this.chip.replaceChildren(...(name ? [t("attached", { name }), " ", h("button", {
      type: "button", class: "quiet",
      onclick: () => {
        this.file = null;
        this.showFile();
        this.text.focus();
      },
    }, t("detach", { name }))] : []));
  }

  // The box is free at once for what comes next; what did not go out comes back to where it was written.
  send() {
    const written = { key: this.key, text: this.text.value, file: this.file, where: this.where() };
    if (!written.text.trim() && !written.file) return;
    this.complete([]);
    this.onSend();
    this.write("", null);
    this.busy(1);
    this.sending = this.sending.then(() => this.sent(written)).then((wentWell) => {
      if (!wentWell) this.bringBack(written);
      this.busy(-1);
    });
  }

  busy(change) {
    this.waiting += change;
    this.node.setAttribute("aria-busy", String(this.waiting > 0));
  }

  write(text, file) {
    drafts.set(this.key, text);
    this.text.value = text;
    this.file = file;
    this.showFile();
    this.fit();
  }

  bringBack({ key, text, file }) {
    const later = drafts.get(key);
    const both = later ? `${text}\n${later}` : text;
    if (key === this.key) this.write(both, this.file ?? file);
    else drafts.set(key, both);
  }

  async sent({ text, file, where }) {
    const { me, channel, thread } = where;
    const said = text.trim();
    const base = { as: me, channel, ...(thread ? { thread } : {}) };
    if (file) return well(await postFile("/upload", file, { ...base, text: said }));
    if (!said.startsWith("/")) return well(await post("/act", { ...base, do: "say", text: said }));
    const [command, ...rest] = said.split(/\s+/);
    if (this.commands.some((one) => one.command === command)) {
      return well(await post("/act", { ...base, do: "command", command, text: rest.join(" ") }));
    }
    notice(thread ? t("no_commands") : t("unknown_command", { command }));
    return false;
  }
}
