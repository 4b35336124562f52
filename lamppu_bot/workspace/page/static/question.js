// A question that must be answered before something is done: Slack's confirm dialogs, and our own before deleting.

import { h } from "./dom.js";
import { parts } from "./markup.js";

const dialog = document.getElementById("question");

// Resolves to whether it was confirmed; Escape denies.
export function ask({ title, text, confirm, deny, style }) {
  return new Promise((resolve) => {
    const end = (answer) => {
      dialog.close();
      resolve(answer);
    };
    const look = style === "danger" ? "button danger" : "button primary";
    dialog.replaceChildren(
      h("h2", { id: "question-title" }, title),
      h("div", { class: "text", id: "question-text" }, text ? parts(text) : []),
      h("div", { class: "row end" },
        h("button", { type: "button", class: "button", autofocus: true, onclick: () => end(false) }, deny),
        h("button", { type: "button", class: look, onclick: () => end(true) }, confirm)),
    );
    dialog.setAttribute("aria-labelledby", "question-title");
    dialog.setAttribute("aria-describedby", "question-text");
    dialog.oncancel = (event) => {
      event.preventDefault();
      end(false);
    };
    dialog.showModal();
  });
}
