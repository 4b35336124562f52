// Where the page looks stands in its address, so that it can be kept, reloaded and opened beside another one.

let onGo = () => {};

export const route = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

export function goTo(change) {
  const wanted = { ...route(), ...change };
  for (const [name, value] of Object.entries(wanted)) if (!value) delete wanted[name];
  const hash = `#${new URLSearchParams(wanted)}`;
  if (hash !== location.hash) location.hash = hash;
  else onGo();
}

export function whenGone(callback) {
  onGo = callback;
  addEventListener("hashchange", callback);
}
