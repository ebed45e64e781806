// Living policy: puts what the stream tells into the page. A new version loads the page again, so that each sentence is
// written from what stands now.

import { element } from "./page.ts";

const shown = element("drift", HTMLElement);
const stream = new EventSource("/console/policy/living/stream");

stream.addEventListener("drift", (event: MessageEvent<string>) => {
  if (event.lastEventId !== shown.dataset["version"]) {
    stream.close();
    location.reload();
    return;
  }
  // Rendered and escaped by our own server, which also wrote the rest of this page.
  const told = new DOMParser().parseFromString(event.data, "text/html");
  shown.replaceChildren(...told.body.childNodes);
});
