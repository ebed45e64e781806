"""Forms: what somebody types, chooses or drops, and what a page writes into a field."""

from __future__ import annotations

from tests.line.channels.channel import Channel

CHANNELS: tuple[Channel, ...] = (
    Channel(13, "a password", "html('<input type=password value=\"' + V + '\">')"),
    Channel(13, "a field's value", "html('<input value=\"' + V + '\">')"),
    Channel(
        14, "a value that a framework writes back", "const i = make('input'); later(() => i.setAttribute('value', V))"
    ),
    Channel(
        14,
        "a textarea's value that a framework writes back",
        "const a = make('textarea'); later(() => a.setAttribute('value', V))",
    ),
    Channel(14, "a value that a script sets", "const i = make('input'); later(() => { i.value = V; typed(i) })"),
    Channel(15, "a hidden field", "html('<input type=hidden value=\"' + V + '\">')"),
    Channel(
        16, "a field with a mask class of its own", "html('<input class=\"rr-mask ph-mask\" value=\"' + V + '\">')"
    ),
    Channel(
        17,
        "a password, shown while recorded",
        "const i = html('<input type=password value=\"' + V + '\">'); later(() => { i.type = 'text'; typed(i) })",
    ),
    Channel(
        17,
        "a password, shown before",
        "const i = html('<input type=password value=\"' + V + '\">'); i.type = 'text'; typed(i)",
    ),
    Channel(
        17,
        "a password field, made again as text",
        ("html('<input type=password value=\"x\">'); later(() => { html('<input type=text value=\"' + V + '\">') })"),
    ),
    Channel(18, "text that only CSS hides", "html('<input style=\"-webkit-text-security:disc\" value=\"' + V + '\">')"),
    Channel(18, "a password by its autocomplete", "html('<input autocomplete=current-password value=\"' + V + '\">')"),
    Channel(
        19,
        "a card number's field under an unmask class",
        "html('<input autocomplete=cc-number class=\"rr-unmask\" value=\"' + V + '\">')",
    ),
    Channel(19, "a card holder's field", "html('<input autocomplete=cc-name data-sentry-unmask value=\"' + V + '\">')"),
    Channel(
        20, "fields of one letter each", "html([...V].map((c) => '<input maxlength=1 value=\"' + c + '\">').join(''))"
    ),
    Channel(
        20,
        "fields of one letter each, typed",
        (
            "html('<input maxlength=1>'.repeat(12)); later(() => [...box.children].forEach((i, n) => { i.value = V[n]; typed(i) }))"
        ),
    ),
    Channel(21, "an option's text", "html('<select><option>' + V + '</option></select>')"),
    Channel(21, "an option's value", "html('<select><option value=\"' + V + '\">x</option></select>')"),
    Channel(
        21,
        "the chosen option",
        "const s = html('<select><option>x</option><option value=\"' + V + '\">y</option></select>'); later(() => { s.value = V; typed(s) })",
    ),
    Channel(21, "a radio button's value", "html('<input type=radio value=\"' + V + '\">')"),
    Channel(21, "a checkbox's value", "html('<input type=checkbox checked value=\"' + V + '\">')"),
    Channel(21, "a suggestion of a data list", "html('<datalist><option value=\"' + V + '\"></option></datalist>')"),
    Channel(22, "a state that says more than yes or no", "html('<b role=checkbox aria-checked=\"' + V + '\">x</b>')"),
    Channel(22, "a pressed state", "html('<b role=button aria-pressed=\"' + V + '\">x</b>')"),
    Channel(22, "a chosen row", "html('<b role=row aria-selected=\"' + V + '\">x</b>')"),
    Channel(23, "a submit button's value", "html('<input type=submit value=\"' + V + '\">')"),
    Channel(23, "a reset button's value", "html('<input type=reset value=\"' + V + '\">')"),
    Channel(23, "a button's value", "html('<button value=\"' + V + '\">x</button>')"),
    Channel(
        24,
        "a field, typed letter by letter",
        (
            "const i = make('input'); let n = 0; const key = () => { i.value = V.slice(0, ++n); typed(i); if (n < V.length) setTimeout(key, 20) }; key()"
        ),
    ),
    Channel(
        25,
        "a file's name",
        (
            "const i = html('<input type=file>'); const d = new DataTransfer(); d.items.add(new File(['x'], V + '_IEP.pdf'));"
            "i.files = d.files; typed(i)"
        ),
    ),
    Channel(
        25,
        "a dropped file's name, shown",
        (
            "const d = new DataTransfer(); d.items.add(new File(['x'], V + '.pdf'));"
            "box.addEventListener('drop', (e) => { e.preventDefault(); box.append(e.dataTransfer.files[0].name) });"
            "later(() => box.dispatchEvent(new DragEvent('drop', {bubbles: true, dataTransfer: d})))"
        ),
    ),
    Channel(26, "a textarea", "html('<textarea>' + V + '</textarea>')"),
    Channel(26, "a textarea, typed", "const a = make('textarea'); later(() => { a.value = V; typed(a) })"),
    Channel(26, "a textarea, its text node", "const a = make('textarea'); later(() => { a.textContent = V })"),
    Channel(
        27,
        "an option that the recorder does not know",
        (
            "try { window.milkglass?.start({endpoint: location.origin, visit: async () => '', maskAllText: false, [V]: V}) } catch {}"
            "try { window.rrwebRecord?.record.addCustomEvent('options', {maskAllText: false, [V]: V}) } catch {}"
        ),
    ),
    Channel(28, "a meter's number", "html('<meter min=0 max=99999999999 value=\"' + D + '\"></meter>')"),
    Channel(28, "a progress bar's number", "html('<progress max=\"' + D + '\" value=1></progress>')"),
    Channel(28, "a number field", "html('<input type=number value=\"' + D + '\">')"),
    Channel(28, "a slider's bounds", "html('<input type=range min=0 max=\"' + D + '\">')"),
    Channel(28, "a slider's accessible number", "html('<b role=slider aria-valuenow=\"' + D + '\">x</b>')"),
    Channel(28, "a row's number in a long table", "html('<b role=row aria-rowindex=\"' + D + '\">x</b>')"),
    Channel(28, "a list's first number", "html('<ol start=\"' + D + '\"><li>x</li></ol>')"),
    Channel(0, "a form's action", "html('<form action=\"/demo/save/' + V + '\"><button>x</button></form>')"),
    Channel(0, "a button's own action", "html('<form><button formaction=\"/demo/x/' + V + '\">x</button></form>')"),
    Channel(
        0,
        "what a browser filled in",
        (
            "const i = html('<input autocomplete=name name=fullname>'); later(() => { i.value = V; i.setAttribute('value', V); typed(i) })"
        ),
    ),
    Channel(0, "an output", "html('<output name=o>' + V + '</output>')"),
    Channel(0, "a legend", "html('<fieldset><legend>' + V + '</legend></fieldset>')"),
)
