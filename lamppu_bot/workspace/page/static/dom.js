// Building nodes. Text goes in as text nodes alone, so nothing that anybody wrote can become HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

export const svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

export const hidden = (text) => h("span", { class: "unseen" }, text);

// What has the focus, by the name that a rebuilt node will have too.
export function focusOf(root) {
  const active = document.activeElement;
  const named = active && root.contains(active) ? active.closest("[data-focus]") : null;
  if (!named) return null;
  const caret = "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
  return { name: named.dataset.focus, caret, at: alike(root, named.dataset.focus).indexOf(named) };
}

export function focusAgain(root, focus) {
  const node = focus && again(root, focus);
  if (!node) return false;
  node.focus({ preventScroll: true });
  if (focus.caret && focus.caret[0] !== null && node.setSelectionRange) node.setSelectionRange(...focus.caret);
  return true;
}

// A block may come back under another id: then what does the same is meant, at the same place among its like.
export const again = (root, { name, at }) => find(root, name) ?? alike(root, name)[at];

export const find = (root, name) => root.querySelector(`[data-focus="${CSS.escape(name)}"]`);

function alike(root, name) {
  const [, action] = name.split("/");
  return action ? [...root.querySelectorAll(`[data-focus$="/${CSS.escape(action)}"]`)] : [];
}

// Replaces what a node holds, and leaves the focus where it was.
export function refill(node, ...children) {
  const focus = focusOf(node);
  node.replaceChildren(...children.flat(Infinity).filter(Boolean));
  focusAgain(node, focus);
}

// Makes the children of `list` those of `items`: only what reads differently from before is built anew, and not while
// somebody edits it. What stays is never moved, for a node that moves loses the focus.
export function reconcile(list, items, build) {
  const focus = focusOf(list);
  const known = new Map([...list.children].map((child) => [child.dataset.key, child]));
  const wanted = items.map((item) => {
    const said = JSON.stringify(item);
    const before = known.get(item.key);
    if (before && (before.said === said || before.querySelector(".editor"))) return before;
    const node = build(item);
    node.dataset.key = item.key;
    node.said = said;
    return node;
  });
  const staying = new Set(wanted);
  for (const child of [...list.children]) if (!staying.has(child)) child.remove();
  wanted.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
  if (focus && !list.contains(document.activeElement)) focusAgain(list, focus);
}
