/* Every element of a page with its box, by the recorder's node id; run in the live page and in the replay's frame. */
({ root, idOf, wantsStyles }) => {
  const STYLES = ["display", "position", "width", "height", "font-size", "font-family", "font-weight", "line-height", "letter-spacing",
    "padding", "margin", "border-width", "box-sizing", "white-space", "float", "flex", "grid-template-columns", "gap", "overflow",
    "transform", "top", "left", "text-transform", "visibility"];
  const found = [];
  const isLeaf = (element) => {
    const inside = [...element.childNodes];
    return !element.shadowRoot && inside.length > 0 && inside.every((node) => node.nodeType === 3);
  };
  const look = (element, parent) => {
    const box = element.getBoundingClientRect();
    const view = element.ownerDocument.defaultView;
    const isSeen = box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true });
    const id = idOf(element);
    if (isSeen) {
      const one = { id, parent, x: box.x, y: box.y, width: box.width, height: box.height, isLeaf: isLeaf(element) };
      if (wantsStyles) {
        const style = view.getComputedStyle(element);
        one.tag = element.localName;
        one.name = `${element.localName}${element.id && `#${element.id}`}.${String(element.getAttribute("class") ?? "").trim().split(/\s+/).join(".")}`.slice(0, 90);
        one.text = isLeaf(element) ? element.textContent.slice(0, 40) : "";
        one.styles = Object.fromEntries(STYLES.map((name) => [name, style.getPropertyValue(name)]));
      }
      found.push(one);
    }
    for (const child of element.children) look(child, id);
    if (element.shadowRoot) for (const child of element.shadowRoot.children) look(child, id);
    if (element.localName === "iframe") {
      let inner = null;
      try { inner = element.contentDocument; } catch { inner = null; }
      if (inner?.documentElement) look(inner.documentElement, id);
    }
  };
  look(root, null);
  return found;
}
