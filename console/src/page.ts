// Page: the player's own elements, found once. A missing one is a bug, not a case.

export function element<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no #${id}`);
  return found;
}

/** Read the settings that the server set into the page as JSON. */
export function settings(id: string): unknown {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}

/** Make an SVG element with attributes. */
export function svg(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
