// What a page shows and can be asked to show, told to the walk (verification/walk.py). Runs inside the product's page and changes
// nothing in it. `const milkglassWalk = (options) => ({ collect, openers, place, press, hover })`; options are the walk's.
//
// The marks on texts say why one may be a person's and not the product's: `row` differs among three or more like rows, `cell` stands
// in a table's cell or a definition, `choice` is one of many to choose from, `person` stands where a product names people, `record`
// is the text of a link to one thing of many, `long` is too long for a label, `written` is what somebody wrote (code, quotes, times).
(options) => {
  const TEXT_ATTRIBUTES = ["alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription", "aria-placeholder",
    "label", "summary", "abbr"];
  const NAMED = new Set([...TEXT_ATTRIBUTES, ...options.known]);
  const SILENT = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "TEXTAREA", "OBJECT", "EMBED"]);
  const BUTTON_INPUTS = new Set(["button", "submit", "reset"]);
  const GUIDES = "nav,[role=navigation],[role=menu],[role=menubar],[role=tablist],[role=toolbar]";
  const STRONG = "button,summary,legend,th,thead td,dt,caption,label,[role=button],[role=tab],[role=menuitem],[role=menuitemcheckbox]," +
    "[role=menuitemradio],[role=switch],[role=columnheader],optgroup";
  const WRITTEN = "pre,code,blockquote,time,output,address,kbd,samp,[contenteditable]:not([contenteditable=false])," +
    "[role=log],[role=feed],[role=comment],[role=textbox]";
  const CELLS = "td,dd,[role=cell],[role=gridcell]";
  const ITEMS = "article,[role=article],[role=listitem],[role=row],[role=option],[role=treeitem],option,li";
  // `user-name`, `profile-school`, `post author`; not `user-tools` or `profile-menu`.
  const PERSON = new RegExp("(^|[-_ ])(username|fullname|displayname|nickname|author|avatar|e-?mail|assignee|attendee|(user|person|profile|" +
    "account|member|student|pupil|teacher|parent|guardian|participant|contact)([-_]?(name|e?mail|title|school|class|id|number|label|text|info|" +
    "card|chip|photo|row|item))?|(display|full|first|last|family|given)[-_]?name)(?=[ ]|$)", "i");
  const RECORD = /\/(\d+|[0-9a-f]{8,}|[0-9a-f]{8}-[0-9a-f-]{27})\/?$/i;
  const PROSE = new Set(["P", "H1", "H2", "H3", "H4", "H5", "H6", "BR", "HR", "SCRIPT", "STYLE", "LINK", "META", "INPUT", "SVG", "PATH", "G", "USE"]);
  const LONG = 280;
  const MOST_LINES = 6000;

  const inDocument = (root) => root.ownerDocument?.defaultView ?? window;
  const isElement = (node) => node?.nodeType === 1;
  const hash = (said) => {
    let state = 0x811c9dc5;
    for (let i = 0; i < said.length; i++) state = Math.imul(state ^ said.charCodeAt(i), 0x01000193);
    return state >>> 0;
  };
  const plain = (said) => said.normalize("NFC").replace(/\s+/g, " ").trim();
  const folded = (said) => plain(said).replace(/[0-9]+/g, "#");
  const parentOf = (node) => {
    if (node.parentElement) return node.parentElement;
    const root = node.getRootNode();
    if (root.host) return root.host;
    try { return root.defaultView?.frameElement ?? null; } catch { return null; }
  };
  const closest = (node, selector) => {
    for (let at = node; at; at = parentOf(at)) if (at.matches?.(selector)) return at;
    return null;
  };
  const isLeftOut = (node) => options.exclusions.some((selector) => {
    try { return closest(node, selector) !== null; } catch { return false; }
  });

  /** Every element of the page, in open shadow roots and frames of the same origin too. */
  function* elements(root = document) {
    for (const element of root.querySelectorAll("*")) {
      yield element;
      if (element.shadowRoot) yield* elements(element.shadowRoot);
      if (element.tagName === "IFRAME" || element.tagName === "FRAME") {
        let inside = null;
        try { inside = element.contentDocument; } catch { /* of another origin */ }
        if (inside) yield* elements(inside);
      }
    }
  }

  const kindOf = (element) => element.localName + "." + (element.classList?.[0] ?? "");
  const memo = (make) => {
    const known = new WeakMap();
    return (element) => {
      if (!known.has(element)) known.set(element, make(element));
      return known.get(element);
    };
  };
  /** The shape of what is inside, three steps deep, each part counted once. */
  const skeleton = memo((element) => {
    const parts = new Set();
    const walk = (at, path, depth) => {
      for (const child of at.children) {
        const step = `${path}>${kindOf(child)}`;
        parts.add(step);
        if (depth < 3 && parts.size < 60) walk(child, step, depth + 1);
      }
    };
    walk(element, "", 1);
    return parts;
  });
  const alike = (one, other) => {
    const [a, b] = [skeleton(one), skeleton(other)];
    if (a.size === 0 && b.size === 0) return true;
    let both = 0;
    for (const part of a) if (b.has(part)) both++;
    return both / (a.size + b.size - both) >= 0.6;
  };
  /** The rows that an element is one of: siblings of its kind and shape, itself too; null if there are too few. */
  const rowsOf = memo((element) => {
    const parent = element.parentNode;
    if (!parent || PROSE.has(element.tagName.toUpperCase())) return null;
    const least = element.matches(ITEMS) ? 2 : 3;
    const same = [...parent.children].filter((one) => kindOf(one) === kindOf(element));
    if (same.length < least) return null;
    const rows = same.slice(0, 400).filter((one) => one === element || alike(one, element));
    return rows.length >= least ? rows : null;
  });
  const within = (element, row) => {
    const steps = [];
    for (let at = element; at && at !== row; at = at.parentElement) {
      const same = at.parentElement ? [...at.parentElement.children].filter((one) => kindOf(one) === kindOf(at)) : [at];
      steps.unshift(`${kindOf(at)}/${same.indexOf(at)}`);
    }
    return steps.join(">");
  };
  const found = (row, path) => {
    let at = row;
    for (const step of path === "" ? [] : path.split(">")) {
      const [kind, number] = [step.slice(0, step.lastIndexOf("/")), Number(step.slice(step.lastIndexOf("/") + 1))];
      at = [...at.children].filter((one) => kindOf(one) === kind)[number];
      if (!at) return null;
    }
    return at;
  };
  const own = (element) => [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join(" ");
  const slots = memo((row) => {
    let count = own(row).trim() === "" ? 0 : 1;
    for (const one of row.querySelectorAll("*")) if (own(one).trim() !== "" && !SILENT.has(one.tagName.toUpperCase())) count++;
    return count;
  });
  const hasChoice = (row) => row.matches("option") || row.querySelector("input[type=checkbox],input[type=radio]") !== null;
  const isField = (row) => row.querySelector("input:not([type=checkbox],[type=radio],[type=hidden]),select,textarea") !== null;

  /** Whether what stands at this place differs from row to row. */
  const differs = (element, attribute, row, rows) => {
    const path = within(element, row);
    const isControl = closest(element, STRONG) !== null;
    const said = (one) => folded(attribute ? (one.getAttribute(attribute) ?? "") : own(one));
    const mine = said(element);
    let others = 0;
    for (const other of rows) {
      if (other === row) continue;
      const there = found(other, path);
      if (!there) continue;
      others++;
      if (said(there) !== mine) return true;
    }
    // What no other row has is of this row alone; a button that some rows have is not.
    return others === 0 && rows.length >= 3 && !isControl;
  };
  const isRecordLink = (link) => {
    if ((link.getAttribute("href") ?? "").startsWith("#")) return false;
    let path = "";
    try {
      const { pathname, search } = new URL(link.href, document.baseURI);
      if (search === "") path = pathname;
    } catch { return false; }
    return RECORD.test(path) || options.records.some((pattern) => new RegExp(pattern).test(path));
  };

  const bare = (path) => path.replace(/(?<=.)\/$/, "");
  const pages = new Set(options.pages.map(bare));
  /** The page that a link leads to, if the policy names that very page; null for one of many, such as a pupil's. */
  const pageOf = memo((link) => {
    let to = null;
    try { to = new URL(link.href, document.baseURI); } catch { return null; }
    const inside = to.hash.replace(/^#!?/, "").split("?")[0];
    if (to.origin !== location.origin || (inside !== "" && !inside.startsWith("/"))) return null;
    return [`#${inside}`, to.pathname].map(bare).find((page) => pages.has(page)) ?? null;
  });
  /** Whether the text is a link's in a menu: rows each with the link to a page of its own. */
  const isMenu = (link, rows) => {
    if (link === null || pageOf(link) === null) return false;
    const led = rows.map((row) => (row.matches("a[href]") ? row : row.querySelector("a[href]"))).map((first) => first && pageOf(first));
    return led.every((page) => page !== null) && new Set(led).size === led.length;
  };
  /** Whether a control is what a card with a heading of its own offers: `Load marks` under `Marks`. */
  const isAct = (strong, row) => {
    if (!strong?.matches("button,[role=button],summary") || strong === row || !row.contains(strong) || slots(strong) > 1) return false;
    if (strong.querySelector("img") || row.matches("tr,[role=row],[role=option]")) return false;
    return [...row.querySelectorAll("h1,h2,h3,h4,h5,h6")].some((heading) => !strong.contains(heading));
  };
  /** Why a text may be a person's; empty if nothing says so. */
  const markOf = (element, attribute, said) => {
    const strong = closest(element, STRONG);
    if (closest(element, WRITTEN)) return "written";
    const link = closest(element, "a[href]");
    const guide = closest(element, GUIDES);
    const isRecord = link !== null && isRecordLink(link);
    if (isRecord && !guide) return "record";
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const rows = rowsOf(at);
      if (!rows) continue;
      const isDifferent = differs(element, attribute, at, rows);
      if (!isDifferent) continue;
      if (hasChoice(at) && !at.matches("tr,[role=row]")) { if (rows.length >= 3) return "choice"; else continue; }
      if (at.matches("th,thead td,dt,[role=columnheader]")) continue;
      if (strong && strong.matches("th,thead td,dt,legend,label,[role=columnheader]") && strong !== at && !hasChoice(strong)) continue;
      if (isRecord && rows.length >= 3) return "record";
      if ((guide && guide.contains(at)) || isMenu(link, rows)) continue;
      if (isAct(strong, at)) continue;
      if (isField(at) && !at.matches("tr,li")) continue;
      if (strong && (strong === at || at.contains(strong)) && slots(at) <= 1 && !at.querySelector("img") && rows.length <= 8 && !at.matches("li,tr,article")) continue;
      return "row";
    }
    const cell = closest(element, CELLS);
    if (cell && !cell.matches("thead td") && !(strong && cell.contains(strong) && strong !== cell)) {
      const row = cell.closest("tr,[role=row]");
      const rows = row && rowsOf(row);
      if (!rows || rows.length < 3) return "cell";
    }
    if (!strong) {
      for (let at = element, step = 0; at && at !== document.body && step < (link ? 1 : 2); at = at.parentElement, step++) {
        if (PERSON.test(`${at.getAttribute("class") ?? ""} ${at.id} ${at.getAttribute("data-testid") ?? ""}`)) return "person";
      }
      if (said.length > LONG && !closest(element, "form,dialog,[role=dialog]")) return "long";
    }
    return "";
  };

  const pathOf = memo((element) => {
    const parent = parentOf(element);
    const number = element.parentNode ? [...element.parentNode.children].indexOf(element) : 0;
    return hash(`${parent ? pathOf(parent) : ""}>${element.localName}/${number}`);
  });
  const isSeen = (element) => {
    const box = element.getBoundingClientRect();
    if (box.width < 1 || box.height < 1) return false;
    return element.checkVisibility ? element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) : true;
  };

  const texts = () => {
    const lines = [];
    if (!/html/.test(document.contentType)) return lines; // a JSON or CSV file that the browser shows
    const say = (element, attribute, said) => {
      const text = said.slice(0, 20000);
      if (text.trim() === "" || lines.length >= MOST_LINES) return;
      const cores = text.split(/\r\n?|\n/).slice(0, 60).map((line) => plain(line)).filter((line) => /\p{L}/u.test(line));
      if (cores.length === 0) return;
      const mark = markOf(element, attribute, text.trim());
      const isStrong = attribute === "placeholder" || closest(element, STRONG) !== null || closest(element, GUIDES) !== null;
      const at = hash(`${pathOf(element)}@${attribute ?? ""}`);
      cores.forEach((line, number) => lines.push([line.slice(0, 600), at + number, mark, isStrong ? 1 : 0]));
    };
    for (const element of elements()) {
      if (SILENT.has(element.tagName.toUpperCase()) && element.tagName !== "TEXTAREA") continue;
      if (options.exclusions.length > 0 && isLeftOut(element)) continue;
      if (element.tagName !== "TEXTAREA" && !closest(element, "[contenteditable]:not([contenteditable=false])")) {
        for (const node of element.childNodes) if (node.nodeType === 3) say(element, null, node.data);
      }
      for (const name of TEXT_ATTRIBUTES) {
        const said = element.getAttribute(name);
        if (said) say(element, name, said);
      }
      if (element.localName === "input" && BUTTON_INPUTS.has(element.type) && element.value) say(element, "value", element.value);
    }
    return lines;
  };

  /** Names: [word, kind, whether it differs from row to row]. Kinds: c class, i id, a attribute, v word of its value, t tag. */
  const names = () => {
    const seen = new Map();
    const add = (word, kind, varies) => {
      if (word === "" || word.length > 100) return;
      const key = `${kind} ${word}`;
      const known = seen.get(key);
      if (known === undefined) seen.set(key, [word, kind, varies ? 1 : 0, 1]);
      else { known[3]++; if (varies) known[2] = 1; }
    };
    for (const element of elements()) {
      if (options.exclusions.length > 0 && isLeftOut(element)) continue;
      const inRow = (name) => rows !== null && rows.length >= 3 && differs(element, name, element, rows);
      const rows = rowsOf(element);
      const alone = (word) => rows !== null && rows.length >= 3 && rows.filter((row) => row.classList.contains(word)).length === 1;
      for (const word of element.classList ?? []) add(word, "c", alone(word));
      if (element.id) add(element.id, "i", inRow("id"));
      if (element.localName.includes("-")) add(element.localName, "t", false);
      for (const { name, value } of element.attributes) {
        if (name === "class" || name === "id" || NAMED.has(name) || name.startsWith("on")) continue;
        add(name, "a", false);
        if (value.length <= 200) for (const word of value.split(/\s+/)) add(word, "v", inRow(name));
      }
    }
    return [...seen.values()];
  };

  const importsOf = (sheet, base) => {
    const listed = [];
    let rules = [];
    try { rules = [...sheet.cssRules]; } catch { return listed; }
    for (const rule of rules) {
      if (rule.type !== 3) continue;
      listed.push({
        address: rule.styleSheet?.href ?? new URL(rule.href, base).href,
        layer: rule.layerName ?? null,
        media: rule.media?.mediaText ?? "",
        supports: rule.supportsText ?? "",
        imports: rule.styleSheet ? importsOf(rule.styleSheet, rule.styleSheet.href ?? base) : [],
      });
    }
    return listed;
  };
  const parsed = (text) => {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet.cssRules.length;
    } catch { return -1; }
  };
  const sheets = () => {
    const listed = [];
    const roots = new Set([document]);
    for (const element of elements()) {
      if (element.shadowRoot) roots.add(element.shadowRoot);
      if (element.ownerDocument !== document) roots.add(element.ownerDocument);
      const sheet = element.sheet;
      if (!sheet || (element.localName !== "style" && element.localName !== "link")) continue;
      let rules = -1, css = "";
      try { rules = sheet.cssRules.length; } catch { /* of another origin */ }
      const isStyle = element.localName === "style";
      const text = isStyle ? element.textContent ?? "" : "";
      const imports = importsOf(sheet, sheet.href ?? element.baseURI);
      const isChanged = isStyle && rules !== parsed(text) + imports.length;
      if (isChanged) css = [...sheet.cssRules].map((rule) => rule.cssText).join("\n").slice(0, 500000);
      listed.push({ kind: isStyle ? "style" : "link", address: sheet.href ?? "", base: sheet.href ?? element.baseURI, text, rules, imports,
        is_changed: isChanged, css });
    }
    for (const root of roots) {
      for (const sheet of root.adoptedStyleSheets ?? []) {
        let css = "";
        try { css = [...sheet.cssRules].map((rule) => rule.cssText).join("\n").slice(0, 500000); } catch { continue; }
        listed.push({ kind: "adopted", address: "", base: document.baseURI, text: "", rules: -1, imports: [], is_changed: true, css });
      }
    }
    return listed;
  };

  const images = () => {
    const listed = [];
    for (const image of elements()) {
      if (image.localName !== "img" || !image.currentSrc || !/^https?:/.test(image.currentSrc)) continue;
      if (new URL(image.currentSrc).origin !== location.origin || isLeftOut(image)) continue;
      let inRow = false;
      for (let at = image; at && !inRow; at = at.parentElement) inRow = rowsOf(at) !== null && !closest(at, GUIDES);
      const isPerson = PERSON.test(`${image.className} ${image.parentElement?.className ?? ""} ${image.src}`);
      if (!inRow && !isPerson && !image.closest(CELLS)) listed.push(image.currentSrc);
    }
    return listed;
  };

  const CONTROLS = "button,a,label,summary,option,[role],input";
  const CLICKABLE = "a[href],button,summary,input:not([type=hidden]),select,textarea,label,[role=button],[role=link],[role=tab]," +
    "[role=menuitem],[role=checkbox],[role=radio],[role=switch],[role=option],[role=treeitem],[onclick],[tabindex]:not([tabindex='-1'])";
  /** Everything a person could click: [texts that could be its label, its own names, left, top, width, height as parts of the page]. */
  const clickables = () => {
    const listed = [];
    const page = document.documentElement;
    for (const element of elements()) {
      if (!element.matches) continue;
      const isControl = element.matches(CLICKABLE);
      if (!isControl && (getComputedStyle(element).cursor !== "pointer" || closest(parentOf(element) ?? document.body, CLICKABLE))) continue;
      if (!isControl && parentOf(element) && getComputedStyle(parentOf(element)).cursor === "pointer") continue;
      if (!isSeen(element) || (options.exclusions.length > 0 && isLeftOut(element)) || element.ownerDocument !== document) continue;
      const control = element.closest(CONTROLS) ?? element;
      const isEditing = control.matches("textarea,select,[contenteditable]");
      const labels = [control.getAttribute("aria-label"), isEditing ? null : control.textContent, control.getAttribute("title")];
      const box = element.getBoundingClientRect();
      const [wide, high] = [Math.max(1, page.scrollWidth), Math.max(1, page.scrollHeight)];
      listed.push([
        labels.filter((said) => said !== null && said.length < 1000).map(plain).filter((said) => said !== ""),
        [...control.classList, control.id].filter((word) => word !== "").slice(0, 50),
        (box.left + scrollX) / wide, (box.top + scrollY) / high, box.width / wide, box.height / high,
      ]);
      if (listed.length >= 3000) break;
    }
    return listed;
  };

  const links = () => {
    const listed = [];
    for (const link of elements()) {
      if (link.localName !== "a" || !link.href || link.hasAttribute("download") || isLeftOut(link)) continue;
      let group = "";
      for (let at = link, step = 0; at && step < 4 && !closest(link, GUIDES); at = at.parentElement, step++) {
        if (rowsOf(at)) { group = `${pathOf(at.parentElement ?? at)}`; break; }
      }
      listed.push([link.href, group, plain(`${link.textContent} ${link.getAttribute("aria-label") ?? ""} ${link.title}`).slice(0, 200)]);
      if (listed.length >= 2000) break;
    }
    return listed;
  };

  const OPENERS = "summary,[aria-haspopup]:not([aria-haspopup=false]),[aria-expanded=false],[role=tab]:not([aria-selected=true])," +
    "[popovertarget],[commandfor],[data-toggle],[data-bs-toggle],[role=menuitem],[role=button],[role=combobox],button,input[type=button]";
  const isSubmit = (element) => (element.type === "submit" || element.type === "image" || element.type === "reset") && element.form !== null &&
    element.form !== undefined && element.form.method !== "dialog";
  const isOff = (element) => element.matches(":disabled,[aria-disabled=true],a[target=_blank],a[download],[type=file]");
  const listOpeners = () => {
    const listed = [];
    const counts = new Map();
    for (const element of elements()) {
      if (!element.matches?.(OPENERS) || isOff(element) || !isSeen(element) || isLeftOut(element)) continue;
      if (!options.submit && isSubmit(element)) continue;
      if (element.localName === "a" && element.href && !/^#|^javascript:/i.test(element.getAttribute("href") ?? "")) continue;
      const words = plain([element.textContent, element.getAttribute("aria-label"), element.title, element.value, element.id,
        element.getAttribute("class"), element.getAttribute("name"), element.form?.getAttribute("action")].filter(Boolean).join(" "));
      let inRow = false;
      for (let at = element, step = 0; at && step < 6 && !inRow; at = at.parentElement, step++) {
        inRow = (rowsOf(at)?.length ?? 0) >= 3 && (at !== element || slots(at) > 1);
      }
      const kind = `${kindOf(element)}|${kindOf(parentOf(element) ?? element)}`;
      const said = folded(element.textContent || element.getAttribute("aria-label") || element.title || "").slice(0, 60);
      const stem = inRow ? `${kind}|` : `${kind}|${said}`;
      const number = counts.get(stem) ?? 0;
      counts.set(stem, number + 1);
      listed.push({ element, key: hash(`${stem}|${number}`), number, inRow, words: words.slice(0, 400) });
    }
    return listed;
  };
  const openers = () => listOpeners().slice(0, 300).map(({ key, number, inRow, words }) => ({ key, number, in_row: inRow, words }));

  const onScreen = (element) => {
    element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const box = element.getBoundingClientRect();
    let [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    let frame = null;
    try { frame = inDocument(element).frameElement; } catch { /* of another origin */ }
    const root = element.getRootNode();
    const hit = (root.elementFromPoint ?? document.elementFromPoint).call(root.elementFromPoint ? root : document, x, y);
    const isHit = hit !== null && (element.contains(hit) || hit.contains(element));
    if (frame) { const outer = frame.getBoundingClientRect(); x += outer.left; y += outer.top; }
    return { x, y, is_hit: isHit };
  };
  const place = (key) => {
    const one = listOpeners().find((each) => each.key === key);
    return one ? onScreen(one.element) : null;
  };
  const press = (key) => {
    const one = listOpeners().find((each) => each.key === key);
    one?.element.click();
    return one !== undefined;
  };
  const HOVERS = "[title],[aria-describedby],[data-tooltip],[data-tippy-content],[class*=tooltip],[class*=dropdown],nav li,[role=menuitem]";
  const hovers = () => {
    const places = [];
    const kinds = new Map();
    for (const element of elements()) {
      if (!element.matches?.(HOVERS) || !isSeen(element) || isLeftOut(element)) continue;
      const count = kinds.get(kindOf(element)) ?? 0;
      kinds.set(kindOf(element), count + 1);
      if (count >= 3) continue;
      const box = element.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      if (x > 0 && y > 0 && x < innerWidth && y < innerHeight) places.push([x, y]);
      if (places.length >= 12) break;
    }
    return places;
  };

  /** A number that changes when the page shows something else. */
  const look = () => {
    let state = hash(location.href);
    for (const element of elements()) if (element.childElementCount === 0) state = (Math.imul(state, 31) + hash(folded(own(element)))) >>> 0;
    return state;
  };

  const collect = () => ({
    address: location.href,
    language: document.documentElement.lang ?? "",
    lines: texts(),
    names: names(),
    sheets: sheets(),
    images: images(),
    links: links(),
    clickables: clickables(),
  });
  return { collect, openers, place, press, hovers, look };
}
