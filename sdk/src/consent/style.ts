/** The look of our own elements. A page changes it by the custom properties, and by nothing else. */

export const STYLE = `
:host { position: fixed; inset: auto; inline-size: 0; block-size: 0; color-scheme: light dark; }
dialog, aside {
  --paper: var(--milkglass-background, light-dark(#ffffff, #161e1c));
  --ink: var(--milkglass-text, light-dark(#14211e, #e8efed));
  --line: var(--milkglass-border, light-dark(#7d8b87, #73837f));
  --accent: var(--milkglass-accent, light-dark(#0a655f, #66d3c8));
  --round: var(--milkglass-radius, 10px);
  box-sizing: border-box; margin: auto; border: 1px solid var(--line); border-radius: var(--round);
  background: var(--paper); color: var(--ink);
  font: var(--milkglass-font, 400 1rem/1.5 system-ui, sans-serif); text-align: start; letter-spacing: normal;
}
* { box-sizing: border-box; }
dialog { inline-size: min(34rem, calc(100vw - 2rem)); max-block-size: calc(100dvh - 2rem); overflow: auto; padding: 1.25rem; }
dialog::backdrop { background: rgb(8 16 14 / 55%); }
h2 { margin: 0 2.5rem .75rem 0; font-size: 1.25rem; line-height: 1.3; font-weight: 650; text-wrap: balance; }
p { margin: 0 0 .75rem; overflow-wrap: anywhere; white-space: pre-line; }
fieldset { margin: 0 0 1rem; padding: 0; border: 0; min-inline-size: 0; }
legend { padding: 0; font-weight: 600; }
label { display: grid; grid-template-columns: auto 1fr; gap: .125rem .75rem; align-items: start; padding: .625rem 0; cursor: pointer; }
label b { font-weight: 600; }
label span { grid-column: 2; }
input { inline-size: 1.5rem; block-size: 1.5rem; margin: 0; accent-color: var(--accent); }
.answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(11rem, 100%), 1fr)); gap: .75rem; }
button {
  min-block-size: 2.75rem; padding: .5rem 1rem; border: 2px solid var(--accent); border-radius: var(--round);
  background: var(--paper); color: var(--ink); font: inherit; font-weight: 600; cursor: pointer;
}
button:hover { background: color-mix(in srgb, var(--accent) 14%, var(--paper)); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
h2:focus { outline: none; }
@media (min-height: 30rem) { .answers { position: sticky; inset-block-end: -1.25rem; margin: 0 -1.25rem -1.25rem; padding: .75rem 1.25rem 1.25rem; background: var(--paper); } }
.close { position: absolute; inset-block-start: .75rem; inset-inline-end: .75rem; min-block-size: 2.25rem; inline-size: 2.25rem; padding: 0; border-color: transparent; }
[role=alert] { font-weight: 600; color: var(--milkglass-error, light-dark(#a8221b, #ff9b92)); }
[role=alert]:empty { display: none; }
aside { position: fixed; inset-block-end: 1rem; inset-inline-end: 1rem; z-index: 2147483646; margin: 0; padding: 0; max-inline-size: min(22rem, calc(100vw - 2rem)); box-shadow: 0 2px 12px rgb(0 0 0 / 22%); }
summary { display: flex; align-items: center; gap: .5rem; min-block-size: 2.25rem; padding: .25rem .875rem; font-size: .875rem; font-weight: 600; cursor: pointer; list-style: none; border-radius: var(--round); }
summary::-webkit-details-marker { display: none; }
summary::before { content: ""; inline-size: .625rem; block-size: .625rem; border-radius: 50%; background: light-dark(#a8221b, #ff9b92); forced-color-adjust: none; }
summary::after { content: ""; margin-inline-start: auto; border: .3rem solid transparent; border-block-start-color: currentcolor; translate: 0 .15rem; }
.controls { display: grid; gap: .5rem; padding: .25rem .875rem .875rem; }
.controls p { margin: 0; font-size: .875rem; }
.told { padding: .625rem .875rem; margin: 0; }
@media (forced-colors: active) { button, dialog, aside { border-color: ButtonText; } }
@media print { aside { display: none; } }
`;
