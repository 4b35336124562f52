// A form over everything else, as Slack shows it: what is typed stays until the form itself goes.

import { blocks } from "./blocks.js";
import { again, find, focusAgain, focusOf, h } from "./dom.js";
import { post } from "./net.js";
import { well } from "./notices.js";
import { t } from "./texts.js";

const dialog = document.getElementById("modal");

export class Modal {
  constructor(me, everybody, inputOf) {
    this.me = me;
    this.everybody = everybody;
    this.inputOf = inputOf;
    this.view = null;
    this.fields = [];
    this.kept = new Map();
    this.opener = null;
    this.refusals = 0;
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
  }

  show(view) {
    if (!view) return this.hide();
    const before = this.view;
    this.view = view;
    if (before && before.id === view.id && before.hash === view.hash) return this.showErrors(view);
    return this.build(view, before);
  }

  hide() {
    if (!this.view) return;
    this.view = null;
    this.fields = [];
    dialog.close();
    const active = document.activeElement;
    const isLost = !active || active === document.body || dialog.contains(active); // hidden, it keeps it for a moment
    if (isLost) (this.opener && again(document.body, this.opener) || document.getElementById("content")).focus();
  }

  build(view, before) {
    const focus = before && before.id === view.id ? focusOf(dialog) : null; // the input may be the same one
    if (!before) this.opener = focusOf(document.body);
    const isSame = before && before.id === view.id;
    this.kept = new Map(isSame ? this.values().map((one) => [keyOf(one), one.value]) : []);
    this.fields = [];
    this.refusals = view.refusals;
    const body = h("div", { class: "modal-body" }, blocks(view.blocks, this));
    this.button = view.submit && h("button", { type: "submit", class: "button primary" }, view.submit);
    this.said = h("p", { class: "unseen", role: "status" });
    dialog.replaceChildren(h("form", {
      novalidate: true, autocomplete: "off",
      onsubmit: (event) => {
        event.preventDefault();
        this.submit();
      },
      onkeydown: (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && this.submit(),
    },
    h("div", { class: "modal-head" }, h("h2", { id: "modal-title" }, view.title),
      h("button", { type: "button", class: "close", "aria-label": t("close"), onclick: () => this.close() },
        h("span", { "aria-hidden": "true" }, "✕"))),
    this.said, body,
    h("div", { class: "modal-foot" },
      h("button", { type: "button", class: "button", onclick: () => this.close() }, view.close || t("close")),
      this.button)));
    dialog.setAttribute("aria-labelledby", "modal-title");
    if (!dialog.open) dialog.showModal();
    this.focus(focus);
    if (before) this.announce(view, body);
  }

  // The very input that had it, or the first one: those of the next form only look like it.
  focus(focus) {
    if (focus && find(dialog, focus.name)) {
      focusAgain(dialog, focus);
      return;
    }
    const wanted = this.fields.find((one) => one.said.focus_on_load) ?? this.fields[0];
    const node = wanted?.first() ?? dialog.querySelector(".modal-body button, .modal-foot button");
    node?.focus();
    dialog.querySelector(".modal-body").scrollTop = 0;
  }

  announce(view, body) {
    this.said.textContent = [view.title, body.querySelector(".section")?.textContent].filter(Boolean).join(". ");
  }

  // What blocks ask of the place they stand in.
  input(block) {
    const key = keyOf(block.element);
    const isKept = this.kept.has(key) && block.element.type !== "file_input";
    const element = isKept ? { ...block.element, value: this.kept.get(key) } : block.element;
    const field = this.inputOf({ ...block, element }, this);
    field.isTouched = isKept;
    field.isAmended = false;
    field.node.addEventListener("input", () => this.amend(field));
    this.fields.push(field);
    return field.node;
  }

  async press(said, value) {
    const wish = { as: this.me(), do: "press", view: this.view?.id, block: said.block, action: said.action, value };
    well(await post("/act", { ...wish, values: this.values() }));
  }

  async changed(said) {
    const field = this.fields.find((one) => keyOf(one.said) === keyOf(said));
    if (!field || !this.view) return;
    const wish = { as: this.me(), do: "fill", view: this.view.id, block: said.block, action: said.action };
    field.isTouched = true;
    this.amend(field);
    await post("/act", { ...wish, value: field.read() });
  }

  // The error goes with the first key or choice and not when news of it comes: by then somebody may be pressing what
  // stands below, and it would slip away from under the mouse.
  amend(field) {
    field.isAmended = true;
    field.show("");
  }

  // Text that nobody has touched is not sent: as it came, it may hold more than typing can say.
  values() {
    return this.fields.filter((field) => field.isTouched || JSON.stringify(field.read()) !== field.initial).map((field) =>
      ({ block: field.said.block, action: field.said.action, value: field.read() }));
  }

  async submit() {
    if (!this.button || this.button.getAttribute("aria-busy") === "true") return;
    const label = this.button.textContent;
    this.button.setAttribute("aria-busy", "true");
    this.button.textContent = t("waiting");
    const button = this.button;
    well(await post("/act", { as: this.me(), do: "submit", view: this.view.id, values: this.values() }));
    button.removeAttribute("aria-busy");
    button.textContent = label;
  }

  // Errors of one refusal stay beside what was not amended since; those of a new one are led to.
  showErrors(view) {
    const isNew = view.refusals !== this.refusals;
    this.refusals = view.refusals;
    for (const field of this.fields) {
      field.isAmended &&= !isNew;
      field.show(field.isAmended ? "" : view.errors[field.said.block] ?? "");
    }
    if (isNew) this.fields.find((field) => view.errors[field.said.block])?.first()?.focus();
  }

  close() {
    if (this.view) post("/act", { as: this.me(), do: "close", view: this.view.id }).then(well);
  }
}

const keyOf = (said) => `${said.block}/${said.action}`;
