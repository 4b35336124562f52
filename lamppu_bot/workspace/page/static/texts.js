// The page's own words, in its language: they come from the rehearsal, and none stands in these scripts.

let known = {};

export function learn(texts) {
  known = texts;
}

export function t(name, values = {}) {
  const text = known[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (all, value) => (value in values ? String(values[value]) : all));
}
