/* What a walk of the page would propose: its lines of text, and its names. `data` selects what people wrote. */
({ data }) => {
  const text = new Set(), names = new Set();
  const ATTRIBUTES = ["alt", "title", "placeholder", "aria-label", "label", "summary"];
  const say = (said) => { for (const line of said.split(/\r\n|\r|\n/)) if (line.trim()) text.add(line.trim()); };
  const look = (element) => {
    const isPeoples = data !== "" && element.closest(data) !== null;
    for (const name of ATTRIBUTES) if (!isPeoples && element.hasAttribute(name)) say(element.getAttribute(name));
    if (element.localName === "input" && ["button", "submit", "reset"].includes(element.type)) say(element.value);
    for (const { name, value } of element.attributes) {
      names.add(name);
      if (name === "class" || name === "id") for (const word of value.split(/\s+/)) names.add(word);
    }
    if (!["script", "style", "noscript", "template", "textarea"].includes(element.localName)) {
      for (const node of element.childNodes) if (node.nodeType === 3 && !isPeoples) say(node.data);
    }
    for (const child of element.children) look(child);
    if (element.shadowRoot) for (const child of element.shadowRoot.children) look(child);
    if (element.localName === "iframe") {
      try { if (element.contentDocument) look(element.contentDocument.documentElement); } catch { /* another origin */ }
    }
  };
  look(document.documentElement);
  return { text: [...text], names: [...names] };
}
