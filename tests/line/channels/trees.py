"""Text and trees: what a page says, how it is cut up, where it is hidden, and what is put into it later."""

from __future__ import annotations

from tests.line.channels.channel import Channel

CHANNELS: tuple[Channel, ...] = (
    Channel(
        29,
        "a mask on a shadow host",
        "const h = make('div'); h.className = 'rr-mask'; h.attachShadow({mode: 'open'}).innerHTML = '<p>' + V + '</p>'",
    ),
    Channel(
        29,
        "an attribute inside a masked shadow host",
        (
            "const h = make('div'); h.className = 'rr-mask'; h.attachShadow({mode: 'open'}).innerHTML = '<p title=\"' + V + '\">x</p>'"
        ),
    ),
    Channel(30, "text right under a shadow root", "root().append(V)"),
    Channel(
        30,
        "text right under a shadow root, changed",
        "const r = root(); r.append('x'); later(() => { r.firstChild.data = V })",
    ),
    Channel(
        30,
        "an element in a shadow root, added later",
        "const r = root(); later(() => { r.innerHTML = '<p>' + V + '</p>' })",
    ),
    Channel(
        30,
        "an attribute in a shadow root, changed",
        "const r = root(); r.innerHTML = '<p>x</p>'; later(() => { r.firstChild.title = V })",
    ),
    Channel(
        31,
        "a slotted child of a masked slot",
        (
            "const h = make('div'); h.attachShadow({mode: 'open'}).innerHTML = '<div class=\"rr-mask\"><slot></slot></div>'; h.append(V)"
        ),
    ),
    Channel(
        31,
        "a slot's name",
        "const h = make('div'); h.attachShadow({mode: 'open'}).innerHTML = '<slot name=\"' + V + '\"></slot>'",
    ),
    Channel(31, "what a slot shows when it is empty", "root().innerHTML = '<slot>' + V + '</slot>'"),
    Channel(32, "a closed shadow root", "root('closed').append(V)"),
    Channel(
        32,
        "a closed shadow root, changed",
        "const r = root('closed'); later(() => { r.innerHTML = '<p title=\"' + V + '\">' + V + '</p>' })",
    ),
    Channel(
        33,
        "text below what was excluded later",
        (
            "const d = html('<div><p>x</p></div>'); later(() => { d.className = 'rr-block student-list'; later(() => { d.firstChild.textContent = V }) })"
        ),
    ),
    Channel(
        33,
        "an attribute below what was excluded later",
        (
            "const d = html('<div><p>x</p></div>'); later(() => { d.className = 'rr-block student-list'; later(() => { d.firstChild.title = V }) })"
        ),
    ),
    Channel(34, "an excluded element's class", "html('<div class=\"student-list rr-block ' + V + '\">x</div>')"),
    Channel(34, "an excluded element's text", "html('<div class=\"student-list\">' + V + '</div>')"),
    Channel(35, "a comment", "box.append(document.createComment(' student: ' + V))"),
    Channel(
        36,
        "an address that is split over elements",
        "html('<a>' + V.slice(0, 5) + '</a><b>' + V.slice(5) + '</b><i>@uni.example</i>')",
    ),
    Channel(36, "a name with a zero-width space in it", "box.append(V.slice(0, 4) + '\\u200b' + V.slice(4))"),
    Channel(36, "an address with a full-width sign", "box.append(V + '\\uff20uni.example')"),
    Channel(36, "an address, percent-encoded", "html('<a href=\"/demo/?m=' + V + '%40uni.example\">x</a>')"),
    Channel(
        36,
        "an address, percent-encoded letter by letter",
        ("box.append([...V].map((c) => '%' + c.charCodeAt(0).toString(16)).join('') + '%40uni.example')"),
    ),
    Channel(
        36,
        "an address, percent-encoded twice",
        "box.append([...V].map((c) => '%25' + c.charCodeAt(0).toString(16)).join(''))",
    ),
    Channel(
        36,
        "an address as entities",
        "html('<p>' + [...V].map((c) => '&#' + c.charCodeAt(0) + ';').join('') + '&commat;uni.example</p>')",
    ),
    Channel(
        36,
        "an address as entities that stay written out",
        "box.append([...V].map((c) => '&#x' + c.charCodeAt(0).toString(16) + ';').join(''))",
    ),
    Channel(37, "an editor's text", "html('<div contenteditable>' + V + '</div>')"),
    Channel(
        37,
        "an editor, typed letter by letter",
        (
            "const e = html('<div contenteditable>x</div>'); let n = 0;"
            "const key = () => { e.firstChild.data = V.slice(0, ++n); typed(e); if (n < V.length) setTimeout(key, 20) }; later(key)"
        ),
    ),
    Channel(
        37,
        "an editor, a node a letter",
        (
            "const e = html('<div contenteditable></div>'); let n = 0;"
            "const key = () => { e.append(V[n++]); if (n < V.length) setTimeout(key, 20) }; later(key)"
        ),
    ),
    Channel(38, "a name with loose accents", "box.append([...V].map((c) => c + '\\u0301').join(''))"),
    Channel(
        38,
        "a name in full-width letters",
        "box.append([...V].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join(''))",
    ),
    Channel(
        38,
        "a name with look-alike letters",
        (
            "const alike = {c: '\\u0441', p: '\\u0440', x: '\\u0445', k: '\\u043a', h: '\\u04bb', s: '\\u0455', j: '\\u0458'};"
            "box.append([...V].map((c) => alike[c] ?? c).join(''))"
        ),
    ),
    Channel(
        38, "a name with marks that turn the direction", "box.append('\\u202e' + [...V].join('\\u200f') + '\\u202c')"
    ),
    Channel(38, "a name with soft hyphens", "box.append([...V].join('\\u00ad'))"),
    Channel(38, "a name, a letter a node", "for (const c of V) box.append(c)"),
    Channel(38, "a name, a letter an element", "for (const c of V) make('span').append(c)"),
    Channel(
        38,
        "a name that is being composed",
        (
            "const i = make('input'); const at = (kind, data) => i.dispatchEvent(new CompositionEvent(kind, {data, bubbles: true}));"
            "later(() => { at('compositionstart', ''); i.value = V; at('compositionupdate', V); at('compositionend', V); typed(i) })"
        ),
    ),
    Channel(39, "noscript", "html('<noscript>' + V + '</noscript>')"),
    Channel(39, "a template", "html('<template><p>' + V + '</p></template>')"),
    Channel(
        39,
        "a template's clone",
        (
            "const t = html('<template><p>x</p></template>'); later(() => { const c = t.content.cloneNode(true); c.firstChild.append(V); box.append(c) })"
        ),
    ),
    Channel(39, "hidden text", "box.hidden = true; box.append(V)"),
    Channel(39, "text that is not drawn", "html('<p style=\"display:none\">' + V + '</p>')"),
    Channel(39, "text that is not visible", "html('<p style=\"visibility:hidden\">' + V + '</p>')"),
    Channel(39, "a closed dialog", "html('<dialog>' + V + '</dialog>')"),
    Channel(39, "closed details", "html('<details><summary>x</summary>' + V + '</details>')"),
    Channel(
        39, "text that only a screen reader reads", "html('<p style=\"position:absolute;left:-9999px\">' + V + '</p>')"
    ),
    Channel(40, "text that is changed", "box.append('x'); later(() => { box.firstChild.data = V })"),
    Channel(40, "text that is added", "later(() => { make('p').append(V) })"),
    Channel(40, "text by innerHTML, added", "later(() => { box.insertAdjacentHTML('beforeend', '<p>' + V + '</p>') })"),
    Channel(
        40,
        "text in a fragment, moved in",
        "later(() => { const f = new DocumentFragment(); f.append(V); box.append(f) })",
    ),
    Channel(
        40,
        "text that is there for a moment",
        "later(() => { const p = make('p'); p.append(V); setTimeout(() => p.remove(), 50) })",
    ),
    Channel(41, "a text", "box.append(V)"),
    Channel(41, "a name in a list of people", "box.append(V + ', Omar and 3 others')"),
    Channel(41, "somebody who is typing", "html('<p class=typing><b>' + V + '</b> is typing</p>')"),
    Channel(
        41,
        "a toast",
        "later(() => { const t = make('div'); t.setAttribute('role', 'status'); t.append('Saved for ' + V) })",
    ),
    Channel(41, "an entry of a calendar", "html('<td>10:30 IEP meeting \\u2013 ' + V + '</td>')"),
    Channel(41, "text in a code block", "html('<pre><code>user = \"' + V + '\"\\nprint(user)</code></pre>')"),
    Channel(41, "text in a table", "html('<table><caption>x</caption><tr><td>' + V + '</td></tr></table>')"),
    Channel(41, "text in marks of reference", "box.append('\\u{10FFFC}' + V + '\\u{10FFFD}')"),
    Channel(41, "text in a reference's form", "box.append('\\u{10FFFC}t' + V + '\\u{10FFFD}')"),
    Channel(41, "text beside a reviewed entry", "box.append('Message ' + V)"),
    Channel(41, "text behind a mask", "box.append('\\u2587\\u2587\\u2587\\u2587 ' + V)"),
    Channel(42, "a selection", "box.append(V); getSelection().selectAllChildren(box)"),
    Channel(
        0,
        "a storm of changes",
        "later(() => { for (let n = 0; n < 300; n++) { const p = make('p'); p.append('x'); p.firstChild.data = V; p.title = V; if (n % 3) p.remove() } })",
    ),
    Channel(0, "an open dialog", "html('<dialog>' + V + '</dialog>').show()"),
    Channel(
        0,
        "a modal dialog",
        "const d = html('<dialog><form method=dialog>' + V + '</form></dialog>'); later(() => { d.showModal(); d.close(V) })",
    ),
    Channel(0, "a popover", "html('<div popover>' + V + '</div>').showPopover()"),
    Channel(0, "a popover's id", "html('<div popover id=\"p' + V + '\">x</div>').showPopover()"),
    Channel(
        0,
        "a view transition",
        "later(() => { if (document.startViewTransition) document.startViewTransition(() => { make('p').append(V) }); })",
    ),
    Channel(
        0,
        "what is printed",
        "addEventListener('beforeprint', () => { make('p').append(V) }, {once: true}); later(() => dispatchEvent(new Event('beforeprint')))",
    ),
    Channel(
        0,
        "pasted text",
        (
            "const e = html('<div contenteditable></div>'); const d = new DataTransfer(); d.setData('text/plain', V);"
            "e.addEventListener('paste', (p) => { e.append(p.clipboardData.getData('text/plain')) });"
            "later(() => e.dispatchEvent(new ClipboardEvent('paste', {bubbles: true, clipboardData: d})))"
        ),
    ),
    Channel(
        0,
        "what is copied",
        "const d = new DataTransfer(); d.setData('text/plain', V); later(() => box.dispatchEvent(new ClipboardEvent('copy', {bubbles: true, clipboardData: d})))",
    ),
    Channel(
        0,
        "a dragged text",
        (
            "const d = new DataTransfer(); d.setData('text/plain', V);"
            "box.addEventListener('drop', (e) => { box.append(e.dataTransfer.getData('text/plain')) });"
            "later(() => box.dispatchEvent(new DragEvent('drop', {bubbles: true, dataTransfer: d})))"
        ),
    ),
    Channel(0, "text in a drawing", "html('<svg><text>' + V + '</text></svg>')"),
    Channel(0, "a drawing's title", "html('<svg><title>' + V + '</title><desc>x</desc></svg>')"),
    Channel(
        0, "text in a drawing's foreign part", "html('<svg><foreignObject><p>' + V + '</p></foreignObject></svg>')"
    ),
    Channel(0, "a formula", "html('<math><mtext>' + V + '</mtext></math>')"),
    Channel(0, "ruby", "html('<ruby>x<rt>' + V + '</rt></ruby>')"),
    Channel(0, "an unknown element's text", "html('<blink>' + V + '</blink>')"),
    Channel(0, "an unknown element's name", "make(V)"),
    Channel(
        0,
        "CDATA in a drawing",
        (
            "const d = new DOMParser().parseFromString('<svg xmlns=\"http://www.w3.org/2000/svg\"><text><![CDATA[' + V + ']]></text></svg>', 'image/svg+xml');"
            "box.append(document.importNode(d.documentElement, true))"
        ),
    ),
    Channel(
        0,
        "a custom element that is defined later",
        "const tag = 'x-' + V.toLowerCase(); make(tag); later(() => { if (!customElements.get(tag)) customElements.define(tag, class extends HTMLElement {}) })",
    ),
    Channel(
        0,
        "a shadow root in a shadow root",
        "const h = document.createElement('div'); root().append(h); h.attachShadow({mode: 'open'}).append(V)",
    ),
    Channel(
        0,
        "a template that declares a shadow root",
        "box.setHTMLUnsafe('<div><template shadowrootmode=open><p>' + V + '</p></template></div>')",
    ),
)
