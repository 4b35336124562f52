// Texts that the workspace has taken apart into parts and runs, as nodes.

import { h } from "./dom.js";
import { goTo } from "./route.js";

const LOOKS = [["b", "strong"], ["i", "em"], ["s", "s"], ["c", "code"]];

function run(said) {
  let node = document.createTextNode(said.t);
  for (const [look, tag] of LOOKS) if (said[look]) node = h(tag, {}, node);
  if (said.m) node = h("span", { class: "mention" }, node);
  if (said.u) node = h("a", { href: said.u, target: "_blank", rel: "noopener noreferrer" }, node);
  if (said.go) {
    const { channel, ts } = said.go;
    node = h("a", { href: "#", onclick: (event) => (event.preventDefault(), goTo({ at: channel, thread: ts })) }, node);
  }
  return node;
}

export const runs = (said) => said.map(run);

function list(part) {
  const attributes = { class: `indent-${Math.min(part.indent, 6)}`, start: part.ordered && part.start > 1 && part.start };
  return h(part.ordered ? "ol" : "ul", attributes, part.items.map((item) => h("li", {}, runs(item))));
}

const PARTS = {
  text: (part) => h("p", {}, runs(part.runs)),
  quote: (part) => h("blockquote", {}, runs(part.runs)),
  pre: (part) => h("pre", {}, runs(part.runs)),
  heading: (part) => h("h3", {}, runs(part.runs)),
  list,
};

export const parts = (said) => said.map((part) => PARTS[part.p](part));

// A text where only a line of words may stand: in a button, an option, a heading.
export const words = (said) => said.flatMap((part) => runs(part.runs ?? part.items.flat()));
