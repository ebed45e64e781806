"""CSS: every place of a sheet that can hold a word of the page, in each way that a sheet comes about."""

from __future__ import annotations

from tests.line.channels.channel import Channel

# A sheet with the canary at `§`.
_SHEETS: dict[str, str] = {
    "content": '.leak::after{content:"§"}',
    "a custom property's value": ':root{--name:"§"}',
    "a custom property's word": ":root{--name:§}",
    "a custom property's name": ":root{--§:1}",
    "an attribute in a selector": '[data-user="§"]{color:red}',
    "an attribute's name in a selector": "[data-§]{color:red}",
    "a class in a selector": ".u-§{color:red}",
    "an id in a selector": "#u-§{color:red}",
    "an element in a selector": "user-§ b{color:red}",
    "an address": ".leak{background:url(/demo/p?u=§)}",
    "an import": '@import "/demo/nowhere/§.css";',
    "a comment": "/* § */ .leak{color:red}",
    "keyframes": "@keyframes §{to{top:0}}",
    "an animation": ".leak{animation:§ 1s}",
    "a layer": "@layer §;",
    "a font's family": '@font-face{font-family:"§";src:local(x)}',
    "a font's address": "@font-face{font-family:x;src:url(/demo/§.woff2)}",
    "a family of fonts": '.leak{font-family:"§"}',
    "grid areas": '.leak{grid-template-areas:"§"}',
    "a grid line": ".leak{grid-row-start:§}",
    "a container": ".leak{container-name:§}",
    "a counter": ".leak{counter-reset:§}",
    "a counter's style": "@counter-style §{system:cyclic;symbols:x}",
    "quotes": '.leak{quotes:"§" "x"}',
    "a registered property": '@property --§{syntax:"*";inherits:false}',
    "a condition": "@supports (--§:1){.leak{color:red}}",
    "a query of media": "@media (min-width:1px){.u-§{color:red}}",
    "a page's name": "@page §{margin:0}",
    "an anchor": ".leak{anchor-name:--§}",
    "a name of a view transition": ".leak{view-transition-name:§}",
    "an inner rule": ".leak{color:red;.u-§ &{color:blue}}",
    "an element that holds another": '.leak:has([title="§"]){color:red}',
    "a part": "x-y::part(§){color:red}",
    "a language": ".leak:lang(§){color:red}",
    "a cursor": ".leak{cursor:url(/demo/§.cur),auto}",
    "a list's mark": '.leak{list-style-type:"§"}',
    "a mask": ".leak{mask:url(#§)}",
    "a namespace": '@namespace x "urn:§";',
    "a scope": "@scope (.u-§){p{color:red}}",
}


CHANNELS: tuple[Channel, ...] = (
    *(Channel(47, f"CSS: {name}", f"style({text!r}.replaceAll('§', V))") for name, text in _SHEETS.items()),
    Channel(
        48, "a rule that is inserted", "const s = make('style'); later(() => s.sheet.insertRule('.u-' + V + '{top:0}'))"
    ),
    Channel(
        48,
        "a rule that is inserted into a rule",
        "const s = style('@media all{}'); later(() => s.sheet.cssRules[0].insertRule('.u-' + V + '{top:0}'))",
    ),
    Channel(
        48,
        "a declaration that is set",
        "const s = style('.q{color:red}'); later(() => s.sheet.cssRules[0].style.setProperty('--n', '\"' + V + '\"'))",
    ),
    Channel(
        48,
        "a property of the page's own that is set",
        "const s = style('.q{color:red}'); later(() => s.sheet.cssRules[0].style.setProperty('--' + V, '1'))",
    ),
    Channel(
        48,
        "a property of the page's own that is removed",
        "const s = style('.q{--' + V + ':1}'); later(() => s.sheet.cssRules[0].style.removeProperty('--' + V))",
    ),
    Channel(
        48,
        "a constructed sheet, replaced",
        (
            "const s = new CSSStyleSheet(); document.adoptedStyleSheets = [...document.adoptedStyleSheets, s]; later(() => s.replaceSync('.u-' + V + '{top:0}'))"
        ),
    ),
    Channel(
        48,
        "a constructed sheet, replaced in time",
        (
            "const s = new CSSStyleSheet(); document.adoptedStyleSheets = [...document.adoptedStyleSheets, s]; later(() => s.replace('.u-' + V + '{top:0}'))"
        ),
    ),
    Channel(
        48,
        "an adopted sheet",
        (
            "const s = new CSSStyleSheet(); s.replaceSync('.u-' + V + '{top:0}'); document.adoptedStyleSheets = [...document.adoptedStyleSheets, s]"
        ),
    ),
    Channel(
        48,
        "an adopted sheet in a shadow root",
        ("const s = new CSSStyleSheet(); s.replaceSync('.u-' + V + '{top:0}'); root().adoptedStyleSheets = [s]"),
    ),
    Channel(
        48,
        "a sheet that a shadow root adopts later",
        (
            "const s = new CSSStyleSheet(); s.replaceSync('.u-' + V + '{top:0}'); const r = root(); r.append('x'); later(() => { r.adoptedStyleSheets = [s] })"
        ),
    ),
    Channel(
        48,
        "a rule of an adopted sheet, inserted",
        (
            "const s = new CSSStyleSheet(); root().adoptedStyleSheets = [s]; later(() => s.insertRule('.u-' + V + '{top:0}'))"
        ),
    ),
    Channel(
        48,
        "adopted sheets that come and go",
        (
            "const s = new CSSStyleSheet(); s.replaceSync('.u-' + V + '{top:0}'); const r = root();"
            "later(() => { for (let n = 0; n < 30; n++) r.adoptedStyleSheets = n % 2 ? [] : [s] })"
        ),
    ),
    Channel(
        48,
        "a style's text, changed",
        "const s = style('.q{color:red}'); later(() => { s.firstChild.data = '.u-' + V + '{top:0}' })",
    ),
    Channel(
        48, "a style's text, added", "const s = style('.q{color:red}'); later(() => s.append('.u-' + V + '{top:0}'))"
    ),
    Channel(
        48,
        "a style's text, put in anew",
        "const s = style('.q{color:red}'); later(() => { s.textContent = '.u-' + V + '{top:0}' })",
    ),
    Channel(48, "a style that is added later", "later(() => style('.u-' + V + '{top:0}'))"),
    Channel(48, "a style in a drawing", "html('<svg><style>.u-' + V + '{fill:red}</style></svg>')"),
    Channel(
        48, "a style with a type that is none", "const s = make('style'); s.type = 'text/x-template'; s.textContent = V"
    ),
    Channel(48, "a style's media", "const s = style('.q{color:red}'); s.media = '(--' + V + ')'"),
    Channel(
        48,
        "a linked sheet's rules",
        (
            "const l = make('link'); l.rel = 'stylesheet'; l.href = URL.createObjectURL(new Blob(['.u-' + V + '{top:0}'], {type: 'text/css'}))"
        ),
    ),
    Channel(
        48,
        "a linked sheet in a shadow root",
        (
            "const l = document.createElement('link'); l.rel = 'stylesheet'; root().append(l);"
            "l.href = URL.createObjectURL(new Blob(['.u-' + V + '{top:0}'], {type: 'text/css'})) + '#' + V"
        ),
    ),
    Channel(
        48,
        "a linked sheet's address",
        "const l = make('link'); l.rel = 'stylesheet'; l.href = '/demo/nowhere.css?u=' + V",
    ),
    Channel(
        49, "a picture of a style attribute", "box.setAttribute('style', 'background-image:url(/demo/p?n=' + V + ')')"
    ),
    Channel(
        49,
        "a picture of a style attribute, masked",
        "html('<div class=\"rr-mask\" style=\"background:url(/demo/p?n=' + V + ')\">x</div>')",
    ),
    Channel(
        50,
        "a style that is written over by a later one",
        (
            "box.setAttribute('style', 'color:red'); later(() => { box.style.color = 'blue'; box.setAttribute('style', '--n:\"' + V + '\"'); box.style.top = '1px' })"
        ),
    ),
)
