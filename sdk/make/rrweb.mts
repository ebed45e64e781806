/**
 * What of `@rrweb/record` goes into our files: its source without what our recorder never uses (canvases, plugins, fonts,
 * selections, frames of other origins, masks of its own), with the options that never change in their places. Each cut
 * names the text that it expects, so that another version of rrweb stops the build until it is read again.
 */

import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

type Edit = (source: string) => string;

const expect = (before: string, after: string, what: string | RegExp): string => {
  if (before === after) throw new Error(`rrweb changed: look at ${String(what)}`);
  return after;
};

/** Put one text in place of another, wherever it stands. */
const put = (from: string | RegExp, to = ""): Edit => (source) =>
  expect(source, typeof from === "string" ? source.replaceAll(from, () => to) : source.replace(from, to), from);

/** Put a text in place of all from one text up to another, which stays. */
const span = (from: string, until: string, to = ""): Edit => (source) => {
  const start = source.indexOf(from);
  const end = start < 0 ? -1 : source.indexOf(until, start + from.length);
  return expect(source, end < 0 ? source : source.slice(0, start) + to + source.slice(end), from);
};

/** Put a text in place of a function or class of the module. */
const whole = (name: string, to = ""): Edit => (source) =>
  expect(source, source.replace(new RegExp(`^(?:function|class) ${name}\\b[^]*?^\\}\\n`, "m"), () => to), name);

/** Put an enum's numbers in place of its names. */
const numbers = (name: string): Edit => (source) => {
  const found = source.matchAll(new RegExp(`${name}2\\["(\\w+)"\\] = (\\d+)`, "g"));
  const values = new Map(Array.from(found, ([, key = "", value = ""]) => [key, value]));
  return expect(source, source.replace(new RegExp(`\\b${name}\\.(\\w+)`, "g"), (said, key: string) => values.get(key) ?? said), name);
};

// Options that we never set, or always set alike.
const FIXED = [
  "canvasManager", "collectFonts", "dataURLOptions", "iframeLoadTimeout", "ignoreClass", "ignoreCSSAttributes", "ignoreSelector",
  "inlineImages", "inlineStylesheet", "keepIframeSrcFn", "maskAllInputs", "maskInputFn", "maskInputOptions", "maskTextClass",
  "maskTextFn", "maskTextSelector", "needsMask", "recordCanvas", "recordCrossOriginIframes", "recordDOM", "slimDOM",
  "slimDOMOptions", "stylesheetLoadTimeout", "userTriggeredOnInput", "blockClass",
].join("|");

const CANVASES: readonly Edit[] = [
  span("var chars = ", "class StylesheetManager"),
  span("const ORIGINAL_ATTRIBUTE_NAME", "function getInputType"),
  span('  if (tagName === "canvas" && recordCanvas) {', '  if (["audio", "video"]'),
  span("  const wrappedCanvasMutationEmit", "  const wrappedAdoptedStyleSheetEmit"),
  span("  canvasManager = new CanvasManager({", "  const shadowDomManager"),
  span("          canvasMutationCb:", "          customElementCb"),
  span("  freeze() {\n", "  lock() {\n"),
  put("if (this.frozen || this.locked)", "if (this.locked)"),
  put(/^ +this\.canvasManager\.\w+\(\);\n/gm),
];

// Of addresses only the route and the path of a listed picture are asked; none in a style or a set of pictures.
const ADDRESSES: readonly Edit[] = [
  whole("getAbsoluteSrcsetString"),
  whole("absolutifyURLs"),
  whole("extractFileExtension"),
  whole("extractOrigin"),
  span('  } else if (name === "xlink:href"', "  return value;\n}", "  }\n"),
  span("    if (isStyle && textContent2) {", "  }\n  if (!isStyle"),
  span("    if (sheetHref) {", "    return ruleStringified;"),
  span("    let sheetHref = s.href;", "    const stringifiedRules"),
  put("stringifyRule(rule, sheetHref)", "stringifyRule(rule)"),
  put("stringifyRule(r, sheet.href)", "stringifyRule(r)"),
  put(/typeof serializedNode\.attributes\.href === "string" && extractFile.* === "css"/, '/\\.css([?#]|$)/i.test(serializedNode.attributes.href)'),
];

// Where a sheet has imports, sheets.ts writes its text; a style's text travels in one piece.
const SHEETS: readonly Edit[] = [
  span("    let importStringified;", "  } else {\n    let ruleStringified", "    return stringifyStylesheet(rule.styleSheet) || rule.cssText;\n"),
  whole("escapeImportStatement"),
  whole("normalizeCssString"),
  whole("splitCssText"),
  whole("markCssSplits"),
  span("      if (n.childNodes.length > 1) {", "      attributes._cssText = cssText;"),
  put('tagName === "link" && inlineStylesheet', 'tagName === "link"'),
  span("  getStyle(id) {", "  reset() {"),
  span("  generateId() {", "}\nfunction getShadowHost"),
];

// Ours look at everything that comes out of here. What is typed is a constant all the same.
const MASKS: readonly Edit[] = [
  whole("maskInputValue", 'function maskInputValue({ type, value }) {\n  return /^(?:button|submit|reset|image|hidden|file|checkbox|radio)$/.test(type) ? value || "" : "*";\n}\n'),
  whole("getInputType", "function getInputType(element) {\n  return toLowerCase(String(element.type));\n}\n"),
  whole("needMaskingText"),
  whole("classMatchesRegex"),
  span("  if (!isStyle && !isScript && textContent2 && needsMask) {", "  return {\n    type: 3"),
  span("  let { needsMask } = options;", "  let { preserveWhiteSpace"),
  span("  if (!needsMask) {", "  const _serializedNode"),
  span("              value: needMaskingText(", "              node: m.target", "              value,\n"),
  span("    if (n.selected && !maskInputOptions", '  if (tagName === "dialog"', "    delete attributes.selected;\n  }\n"),
  put("} else if (maskInputOptions[tagName.toLowerCase()] || maskInputOptions[type]) {", "} else {"),
  span('          if (attributeName === "type" && tagNameLower === "input"', "          if (!ignoreAttribute(tagNameLower"),
];

// One selector says what is left out.
const BLOCKS: readonly Edit[] = [
  whole("_isBlockedElement"),
  put("_isBlockedElement(n, blockClass, blockSelector)", "n.matches(blockSelector)"),
  put(/isBlocked\(([^()]*|[^()]*\([^()]*\)), (?:this\.)?blockClass, /g, "isBlocked($1, "),
  whole(
    "isBlocked",
    `function isBlocked(node, blockSelector, checkAncestors) {
  const el = node && closestElementOfNode(node);
  return !!el && (checkAncestors ? el.closest(blockSelector) !== null : el.matches(blockSelector));
}
`,
  ),
];

// Always all of it: a page's head is not what a replay shows.
const SLIM: readonly Edit[] = [
  whole("lowerIfExists"),
  whole("slimDOMDefaults"),
  whole(
    "slimDOMExcluded",
    `function slimDOMExcluded(sn) {
  const { tagName, attributes: said } = sn;
  return sn.type === 5 || tagName === "script" || tagName === "meta" ||
    tagName === "link" && (said.rel === "preload" && said.as === "script" || /^(?:modulepreload|prefetch|shortcut icon)$/.test(said.rel));
}
`,
  ),
  put("slimDOMExcluded(_serializedNode, slimDOMOptions)", "slimDOMExcluded(_serializedNode)"),
  put("slimDOMOptions.headWhitespace && "),
  put(" && slimDOMOptions.headTitleMutations"),
  put("isIgnored(n, mirror2, slimDOMOptions)", "isIgnored(n, mirror2)"),
  put(", this.slimDOMOptions)", ")"),
];

const OBSERVERS: readonly Edit[] = [
  whole("initFontObserver"),
  whole("initSelectionObserver"),
  whole("initViewportResizeObserver"),
  whole("getWindowHeight"),
  whole("getWindowWidth"),
  whole("mergeHooks"),
  put("function initObservers(o, hooks = {})", "function initObservers(o)"),
  put("  mergeHooks(o, hooks);\n"),
  span("    if (o.collectFonts) {", "  }\n  const selectionObserver"),
  span("  const selectionObserver", "  const customElementObserver"),
  span("  const pluginHandlers", "  return callbackWrapper(() => {\n    mutationBuffers"),
  span("  const viewportResizeHandler", "  const inputHandler"),
  put(/^ +(?:viewportResizeHandler|fontObserver|selectionObserver)\(\);\n|^ +pluginHandlers\.forEach.*\n/gm),
  put(/ {2}if \(o\.recordDOM\) \{\n([^]*?)\n {2}\}\n/g, "$1\n"),
  put(/^(\s+)userTriggeredOnInput \? (\{.*\}) : .*$/gm, "$1$2"),
  span("    if (target.classList.contains(ignoreClass)", "    let text = target.value;"),
  put(/ {8}if \(ignoreCSSAttributes\.has\(property\)\) \{\n.*\n {8}\}\n/g),
  whole(
    "getWindowScroll",
    `function getWindowScroll(win) {
  const at = win.document.scrollingElement;
  return at ? { left: at.scrollLeft, top: at.scrollTop } : { left: win.pageXOffset, top: win.pageYOffset };
}
`,
  ),
];

const FRAMES: readonly Edit[] = [
  whole("CrossOriginIframeMirror"),
  span("  handleMessage(message) {", "class ShadowDomManager", "}\n"),
  span("    this.crossOriginIframeStyleMirror = new", "    this.mirror = options.mirror;"),
  put(/^ +this\.crossOriginIframe\w+ = .*;\n/gm),
  span("    if (this.recordCrossOriginIframes) {", "  }\n  addIframe"),
  put("    this.wrappedEmit = options.wrappedEmit;\n"),
  put("    this.recordCrossOriginIframes = options.recordCrossOriginIframes;\n"),
  span("    if (iframeEl.contentWindow)\n", "  }\n  addLoadListener"),
  span("    if (this.recordCrossOriginIframes)\n", "    (_b = this.loadListener)"),
  put("!keepIframeSrcFn(attributes.src)", "true"),
  put("!this.keepIframeSrcFn(value)", "true"),
  put("}, iframeLoadTimeout);", "}, 5e3);"),
  put("}, styleSheetLoadTimeout);", "}, 5e3);"),
];

// What is asked of it: `record({emit, sampling, blockSelector})`, `record.takeFullSnapshot` and `record.mirror`.
const RECORD: readonly Edit[] = [
  whole("snapshot", "function snapshot(n, options) {\n  return serializeNodeWithId(n, { doc: n, skipChild: false, newlyAddedElement: false, ...options });\n}\n"),
  span("function record(options = {}) {", "  mirror.reset();", "function record({ emit, sampling, blockSelector }) {\n"),
  span("  const maskInputOptions = maskAllInputs", "  wrappedEmit = (r"),
  span("  wrappedEmit = (r, isCheckout) => {", "  const wrappedMutationEmit", "  wrappedEmit = emit;\n"),
  put(",\n      isCheckout\n", "\n"),
  span("  for (const plugin of plugins || []) {", "  const processedNodeManager"),
  put("    if (!recordDOM) {\n      return;\n    }\n"),
  put(/^ +width: getWindowWidth\(\),\n +height: getWindowHeight\(\)\n/m),
  put('console.warn("Failed to snapshot the document")', "undefined"),
  span("          viewportResizeCb: (d)", "          inputCb: (v)"),
  span("          plugins: ((_a2", "        },\n        hooks"),
  put("        },\n        hooks\n", "        }\n"),
  put('if (recordAfter === "DOMContentLoaded") init();', "init();"),
  put('            if (recordAfter === "load") init();\n'),
  put("      processedNodeManager.destroy();\n"),
  put("      unregisterErrorHandler();\n"),
  span("          const msg = String(error)", "        }\n      });\n      recording = false"),
  span("record.addCustomEvent", "record.takeFullSnapshot"),
  put('"please take full snapshot after start recording"'),
  span("try {\n  if (Array.from([1]", "const mirror = createMirror()"),
];

const OLD: readonly Edit[] = [
  span("let errorHandler;", "const mutationBuffers = [];"),
  put(/\bcallbackWrapper\(/g, "("),
  whole("BaseRRNode"),
  span("const DEPARTED_MIRROR", "function throttle"),
  whole("polyfill"),
  span("  if (n instanceof BaseRRNode", "  return Boolean(index.shadowRoot(n))"),
  span("let nowTimestamp = Date.now;", "function patch(", "const nowTimestamp = Date.now;\n"),
  span("const index = {", "function isElement"),
  put(/\bindex\.(\w+)\(/g, "$1("),
  span("  getIds() {", "  getMeta(n)"),
  span("  replace(id, n) {", "  reset() {"),
  span("          console.warn(\n            \"Couldn't record", "          n = null;"),
  put('    console.warn(n, "not serialized");\n'),
  put(/ +console\.warn\(.*\);\n/g),
];

// Each way to the page's own accessor is found once and kept where it is used, and not looked up by its name at each node.
const ACCESSORS: readonly Edit[] = [
  whole(
    "getUntaintedAccessor",
    `const untainted = (key, name, of) => {
  let found;
  return (n, other) => (found ??= of(getUntaintedPrototype(key), name)).call(n, other);
};
const accessor = (key, name) =>
  untainted(key, name, (of) => Object.getOwnPropertyDescriptor(of, name)?.get ?? function() { return this[name]; });
const method = (name) => untainted("Node", name, (of) => of[name]);
const untaintedHost = /* @__PURE__ */ accessor("ShadowRoot", "host");
const untaintedShadowRoot = /* @__PURE__ */ accessor("Element", "shadowRoot");
`,
  ),
  put("const untaintedAccessorCache = {};\n"),
  put("const untaintedMethodCache = {};\n"),
  whole("getUntaintedMethod"),
  put(/^function \w+\(n\) \{\n {2}return getUntaintedAccessor\("Node", n, "(\w+)"\);\n\}\n/gm, 'const $1 = /* @__PURE__ */ accessor("Node", "$1");\n'),
  put(/^function \w+\(n(?:, other)?\) \{\n {2}return getUntaintedMethod\("Node", n, "(\w+)"\)\((?:other)?\);\n\}\n/gm, 'const $1 = /* @__PURE__ */ method("$1");\n'),
  whole("querySelector"),
  whole("querySelectorAll"),
  put('getUntaintedAccessor("ShadowRoot", n, "host")', "untaintedHost(n)"),
  put('getUntaintedAccessor("Element", n, "shadowRoot")', "untaintedShadowRoot(n)"),
];

// Mutations wait for those that follow them within a step of our clock (50 ms), and are then read as if the page had made
// them in one task. Any other event tells first what waits, and so does whoever asks for the id of a node that has none yet.
// A page in the background, whose timers come late, waits for nothing.
const GATHERED: readonly Edit[] = [
  put(
    "const mutationBuffers = [];",
    `const mutationBuffers = [];
let waiting, timer;
const flush = () => {
  const buffer = waiting;
  if (timer) clearTimeout(timer);
  waiting = timer = undefined;
  if (!buffer) return;
  const { records } = buffer;
  records.push(buffer.observer.takeRecords());
  buffer.records = [];
  for (const some of records) some.forEach(buffer.processMutation);
  buffer.emit();
  mirror.seen?.(records.flat());
};
const due = () => {
  timer = undefined;
  flush();
};
`,
  ),
  put(
    "      mutations.forEach(this.processMutation);\n      this.emit();\n",
    `      this.records.push(mutations);
      if (waiting === this) return;
      flush();
      waiting = this;
      if (document.hidden) flush();
      else timer ??= setTimeout(due, 50);
`,
  ),
  put("    this.locked = false;\n", "    this.locked = false;\n    this.records = [];\n"),
  put("return id ?? -1;\n  }\n  getNode(id)", "if (id === void 0 && waiting) {\n      flush();\n      return this.getId(n);\n    }\n    return id ?? -1;\n  }\n  getNode(id)"),
  put("  wrappedEmit = emit;\n", "  clearTimeout(timer);\n  waiting = timer = undefined;\n  wrappedEmit = emit;\n"),
  put("  observer.observe(rootEl, {", "  mutationBuffer.observer = observer;\n  observer.observe(rootEl, {"),
  put("record.mirror = mirror;", "record.mirror = mirror;\nmirror.flush = flush;"),
  // A text is read when it is told, and not kept until then.
  put(/this\.texts = \[\];/g, "this.texts = /* @__PURE__ */ new Set();"),
  put(/this\.texts\.push\(\{\n +value,\n +node: m\.target\n +\}\);/, "this.texts.add(m.target);"),
  put(/this\.texts\.map\(\(text\w*\) => \{\n +const n2 = text\w*\.node;/, "Array.from(this.texts, (n2) => {"),
  put(/value: text\w*\.value/, "value: textContent(n2)"),
];

// Who asks for a list of adopted sheets may put another into it where it stands, which no setter hears of.
const ADOPTED: readonly Edit[] = [
  span(
    "    get() {\n      var _a3;\n      return (_a3 = originalPropertyDescriptor.get) == null ? void 0 : _a3.call(this);\n    },\n    set(sheets) {",
    "      var _a3;\n      const result",
    `    get() {
      const sheets = originalPropertyDescriptor.get.call(this);
      looking ??= setTimeout(() => {
        looking = undefined;
        if (stylesheetManager.isNews(sheets, hostId)) stylesheetManager.adoptStyleSheets(sheets, hostId);
      });
      return sheets;
    },
    set(sheets) {
`,
  ),
  put("  let hostId = null;\n  if (host2", "  let hostId = null, looking;\n  if (host2"),
  put(
    "  adoptStyleSheets(sheets, hostId) {\n    if (sheets.length === 0) return;\n",
    `  isNews(sheets, hostId) {
    const told = this.told.get(hostId) ?? [];
    return told.length !== sheets.length || told.some((one, place) => one !== sheets[place]);
  }
  adoptStyleSheets(sheets, hostId) {
    if (sheets.length === 0) return;
    this.told.set(hostId, Array.from(sheets));
`,
  ),
  put("    this.styleMirror.reset();\n", "    this.styleMirror.reset();\n    this.told = new Map();\n"),
  put("    this.adoptedStyleSheetCb = options.adoptedStyleSheetCb;\n", "    this.adoptedStyleSheetCb = options.adoptedStyleSheetCb;\n    this.told = new Map();\n"),
];

const FIELDS: readonly Edit[] = [
  put(/^ +__publicField\(this, "\w+"\);\n/gm),
  put(/__publicField\(this, "(\w+)", (.*)\);$/gm, "this.$1 = $2;"),
  put(/^ {4}__publicField\(this, "(\w+)", (.*\{)\n([^]*?)^ {4}\}\);$/gm, "    this.$1 = $2\n$3    };"),
  span("var __defProp", "var EventType"),
];

const ENUMS: readonly Edit[] = ["EventType", "IncrementalSource", "MediaInteractions", "NodeType", "PointerTypes", "MouseInteractions"].map(numbers);

// Last, for the texts above name what stands between.
const OPTIONS: readonly Edit[] = [
  put(new RegExp(`^ +"?(?:${FIXED})"?(?:: (?:this\\.)?\\w+)?(?: = [^\\n]+?)?,?\\n`, "gm")),
];

/** rrweb's recorder as our files have it. */
export const cut = (source: string): string =>
  [FIELDS, ENUMS, ACCESSORS, CANVASES, ADDRESSES, SHEETS, MASKS, BLOCKS, SLIM, OBSERVERS, FRAMES, RECORD, OLD, GATHERED, ADOPTED, OPTIONS].flat().reduce((said, edit) => edit(said), source);

export const rrwebCut: Plugin = {
  name: "rrweb-cut",
  setup: (build) => {
    build.onLoad({ filter: /@rrweb[\\/]record[\\/]dist[\\/]record\.js$/ }, ({ path }) => ({ contents: cut(readFileSync(path, "utf8")), loader: "js" }));
  },
};
