// What went wrong, said where it is heard and seen, until it is put away or something works again.

import { h } from "./dom.js";
import { t } from "./texts.js";

const box = document.getElementById("notices");

// Stands in the dialog that is open, for what lies below one is neither seen nor read out.
export function notice(text) {
  ([...document.querySelectorAll("dialog[open]")].pop() ?? document.body).append(box);
  const close = h("button", { class: "quiet", type: "button", onclick: quiet }, t("close"));
  box.replaceChildren(h("p", {}, text), close);
}

export function quiet() {
  box.replaceChildren();
}

// Shows what an answer tells of trouble; returns whether all went well.
export function well(answer) {
  if (answer.ok) quiet();
  else notice(t(`trouble_${answer.trouble}`, { detail: answer.detail ?? "" }));
  return answer.ok;
}
