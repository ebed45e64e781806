"""Odd places: names in elements, rules and moments that few pages have, and a page that turns its own tools against us."""

from __future__ import annotations

from tests.line.channels.channel import Channel

# Attributes, each on the element that has a use for it: (element, attribute).
_ATTRIBUTES: tuple[tuple[str, str], ...] = (
    ("a", "attributionsrc"),
    ("a", "hreflang"),
    ("a", "name"),
    ("a", "referrerpolicy"),
    ("a", "rev"),
    ("a", "xlink:title"),
    ("button", "command"),
    ("button", "formtarget"),
    ("button", "interestfor"),
    ("canvas", "aria-braillelabel"),
    ("data", "value"),
    ("del", "cite"),
    ("div", "about"),
    ("div", "accesskey"),
    ("div", "anchor"),
    ("div", "aria-braillerroledescription"),
    ("div", "aria-colindextext"),
    ("div", "aria-rowindextext"),
    ("div", "enterkeyhint"),
    ("div", "itemref"),
    ("div", "itemtype"),
    ("div", "property"),
    ("div", "resource"),
    ("div", "typeof"),
    ("div", "vocab"),
    ("div", "xml:lang"),
    ("form", "accept-charset"),
    ("form", "rel"),
    ("iframe", "allow"),
    ("iframe", "csp"),
    ("iframe", "sandbox"),
    ("img", "lowsrc"),
    ("input", "aria-valuetext"),
    ("input", "dirname"),
    ("ins", "datetime"),
    ("li", "value"),
    ("link", "as"),
    ("link", "color"),
    ("link", "imagesizes"),
    ("map", "name"),
    ("marquee", "direction"),
    ("meter", "title"),
    ("ol", "type"),
    ("option", "label"),
    ("param", "value"),
    ("source", "type"),
    ("td", "axis"),
    ("td", "bgcolor"),
    ("track", "srclang"),
    ("video", "mediagroup"),
)
_HERE = "const one = make({!r}); one.setAttribute({!r}, V)"

# A sheet with the canary at `§`, of what is newer, rarer or more nested than the rest.
_SHEETS: dict[str, str] = {
    "a palette of a font": '@font-palette-values --§{font-family:"§";base-palette:0}',
    "values of a font's features": "@font-feature-values § {@styleset{§:1}}",
    "a try of a position": "@position-try --§{top:0}",
    "a function of its own": "@function --§(--§ <length>) returns <length>{result:var(--§)}",
    "symbols of a counter": '@counter-style x{system:cyclic;symbols:"§";prefix:"§";suffix:§}',
    "a media query of its own": "@custom-media --§ (max-width:1px);",
    "a rule nobody knows": "@student §{color:red}",
    "a property nobody knows": ".q{student:§;-webkit-§:1}",
    "a function nobody knows": ".q{width:§(1px)}",
    "a unit nobody knows": ".q{width:1§}",
    "a condition with words": '@supports (content:"§"){.q{top:0}}',
    "a condition with a selector": "@supports selector(.u-§){.q{top:0}}",
    "a query of a container's style": "@container § style(--§:§){.q{top:0}}",
    "layers in layers": "@layer a.§{@layer §{.q{top:0}}}",
    "a scope with an end": "@scope (.u-§) to ([data-x=§]){:scope{top:0}}",
    "a state of an element": "x-y:state(§){top:0}",
    "a highlight": "::highlight(§){color:red}",
    "a view transition's part": "::view-transition-group(§){top:0}",
    "a language with a private part": ':lang("x-§"){top:0}',
    "a negation of a list": ':not(.u-§,[title="§"]){top:0}',
    "a place among chosen children": ":nth-child(2n+1 of .u-§){top:0}",
    "an attribute, part of a word": '[data-user*="§"],[data-user^="§" i],[data-user|="§"]{top:0}',
    "an attribute of a namespace": "@namespace x url(urn:§);[x|§]{top:0}",
    "a name in escapes": ".q{--n:\\51 §}.\\31 §{top:0}",
    "an attribute that is shown": ".q::after{content:attr(data-§)}.q{width:attr(data-§ px,1px)}",
    "a set of pictures": '.q{background:image-set("/demo/§.png" 1x)}.q{cursor:image-set("/demo/§" 1x)}',
    "a list's own string": '.q{list-style:"§"}.q{hyphenate-character:"§"}.q{text-emphasis:"§"}',
    "a string for what does not fit": '.q{text-overflow:"§"}.q{-webkit-line-clamp:§}',
    "content with another text": '.q::after{content:url(/demo/§) / "§"}',
    "a path of a sheet": '.q{clip-path:path("M0 0 §")}.q{offset-path:url(#§)}',
    "an inheritance of a name": ".q{will-change:§;transition:§ 1s;scroll-timeline:--§;animation-timeline:--§}",
    "a name of an inner property": ".q{color:var(--§,§);width:env(§)}",
    "a rule below a rule below a rule": ".a{.b{&:has(.u-§){@media print{.u-§ &{top:0}}}}}",
    "a comment in a selector": ".a/*§*/.b/*§*/{top/*§*/:/*§*/0}",
    "a rule that does not end": '.a{content:"§',
    "a rule after a wrong one": "}}.a{top:0}§{left:0}<!-- § -->",
    "what a registered property begins with": '@property --q{syntax:"*";inherits:false;initial-value:§}',
    "what a registered property takes": '@property --q{syntax:"§ | auto";inherits:false;initial-value:auto}',
    "a font's own settings": '.q{font-feature-settings:"§" 1;font-variation-settings:"§" 2;font-language-override:"§"}',
    "a font's source by name": '@font-face{font-family:x;src:local("§"),url(/demo/§) format("§") tech(§)}',
}

# Fields that a form then has in place of what a node says of itself.
_CLOBBERED = "html('<form title=\"' + V + '\"><input name={} value=\"' + V + '\"><p>' + V + '</p></form>')"
_FIELDS = (
    "attributes",
    "childNodes",
    "className",
    "id",
    "nodeName",
    "parentElement",
    "parentNode",
    "style",
    "textContent",
)
_WRAPPED = "const was = {0}; {0} = function (...said) {{ return was.apply(this, said) }}; box.append(V)"

CHANNELS: tuple[Channel, ...] = (
    *(Channel(8, f"{tag}, its {name}", _HERE.format(tag, name)) for tag, name in _ATTRIBUTES),
    *(Channel(47, f"CSS: {name}", f"style({text!r}.replaceAll('§', V))") for name, text in _SHEETS.items()),
    *(Channel(8, f"a form's field called {name}", _CLOBBERED.format(name)) for name in _FIELDS),
    Channel(41, "a page that wraps how strings are replaced", _WRAPPED.format("String.prototype.replace")),
    Channel(41, "a page that wraps how lists are mapped", _WRAPPED.format("Array.prototype.map")),
    Channel(
        41,
        "a word that every object has",
        (
            "Object.defineProperty(Object.prototype, 'student', {value: V, enumerable: true, configurable: true});"
            "make('b').append(V); setTimeout(() => { delete Object.prototype.student }, 900)"
        ),
    ),
    Channel(
        2,
        "a word that a form's field and its label share",
        "html('<label>' + V + '<input aria-label=\"' + V + '\"></label>')",
    ),
    Channel(
        41,
        "a mask that the page writes, and a name",
        "box.append('\\u2587\\u2587\\u2587\\u2587\\n' + V + '\\n\\u2587\\u2587')",
    ),
    Channel(
        8,
        "a mask's own attributes, written by the page",
        "for (const name of ['rr_width', 'rr_height', 'rr_lines', 'rr_asset', 'rr_src']) box.setAttribute(name, V)",
    ),
    Channel(
        28,
        "a mask's own attributes with a number",
        "for (const name of ['rr_width', 'rr_scrollLeft', 'rr_asset']) box.setAttribute(name, D)",
    ),
    Channel(
        28,
        "numbers of a table",
        "html('<table><tr><td colspan=' + D + ' tabindex=' + D + ' width=' + D + '>x</td></tr></table>')",
    ),
    Channel(
        28, "numbers of a style", "box.style.cssText = 'width:' + D + 'px;z-index:' + D + ';order:' + D + ';--n:' + D"
    ),
    Channel(28, "a matrix of a style", "html('<i style=\"transform:matrix(1,0,0,1,' + D + ',0)\">x</i>')"),
    Channel(
        28,
        "a drawing's room",
        "html('<svg viewBox=\"0 0 ' + D + ' 1\"><polygon points=\"0,' + D + '\"></polygon></svg>')",
    ),
    Channel(
        59,
        "a drawing's text on a path",
        "html('<svg><text><textPath href=\"#' + V + '\">' + V + '</textPath></text></svg>')",
    ),
    Channel(
        40,
        "text that is there within the wait of changes",
        "later(() => { const p = make('p'); p.append(V); setTimeout(() => { p.firstChild.data = 'x' }, 20) })",
    ),
    Channel(
        40,
        "a text that moves while it waits",
        "const p = make('p'); later(() => { p.append(V); document.body.append(p); box.append(p) })",
    ),
    Channel(
        44,
        "a document that is written anew in a frame, twice",
        "const f = make('iframe'); later(() => { for (const n of [1, 2]) { const d = f.contentDocument; d.open(); d.write('<p title=' + V + '>' + V); d.close() } })",
    ),
    Channel(43, "a frame of a page that no journey names", "html('<iframe src=\"/demo/nowhere/' + V + '\"></iframe>')"),
    Channel(
        54,
        "an error of a class of its own",
        "setTimeout(() => { throw new ({[V]: class extends Error { get name() { return V } }}[V])(V) }, 100)",
    ),
    Channel(54, "a thing that is no error, thrown", "setTimeout(() => { throw {name: V, message: V} }, 100)"),
)
