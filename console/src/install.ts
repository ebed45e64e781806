// Install check: puts what arrived into the page as the stream tells it.

import { element } from "./page.ts";

const shown = element("seen", HTMLElement);
const stream = new EventSource("/console/install/stream");

stream.addEventListener("seen", (event: MessageEvent<string>) => {
  // Rendered and escaped by our own server, which also wrote the rest of this page.
  const told = new DOMParser().parseFromString(event.data, "text/html");
  shown.replaceChildren(...told.body.childNodes);
});
