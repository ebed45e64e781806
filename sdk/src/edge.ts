/** The edge of the SDK: the network, the clock and chance, passed in so that tests hold them. */

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** Seconds, from `Retry-After`. */
  readonly retryAfter: number | undefined;
}

export type Body = string | Uint8Array;

export interface Edge {
  /** POST as text/plain without cookies and without preflight. Rejects when there is no answer. */
  post(path: string, head: string, body: Body, signal: AbortSignal | undefined): Promise<Answer>;
  /** Hand over to the browser what must outlive the page; false if it would not take it. */
  beacon(path: string, head: string, body: Body): boolean;
  /** Gzip, off the critical path; the text itself where the browser has no CompressionStream. */
  compress(text: string): Promise<Body>;
  /** Milliseconds on a clock that is never set back. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  after(ms: number, act: () => void): number;
  cancel(timer: number): void;
}

const join = (head: string, body: Body): Blob =>
  new Blob([head, body as BlobPart], { type: "text/plain" });

const readAnswer = async (response: Response): Promise<Answer> => {
  const retryAfter = Number(response.headers.get("Retry-After") ?? NaN);
  let body: unknown = {};
  try {
    body = await response.json();
  } catch {
    // An answer from something between us and the server: its status is all there is.
  }
  return {
    status: response.status,
    body: typeof body === "object" && body !== null ? (body as Answer["body"]) : {},
    retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
  };
};

const gzip = async (text: string): Promise<Body> => {
  if (typeof CompressionStream === "undefined") return text;
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

/** The browser's own edge. `fetch` is taken before the page or we wrap it. */
export const browserEdge = (endpoint: string): Edge => {
  const send = window.fetch.bind(window);
  return {
    async post(path, head, body, signal) {
      const plain = typeof body === "string" ? head + body : join(head, body);
      return readAnswer(
        await send(endpoint + path, {
          method: "POST",
          headers: { "Content-Type": "text/plain" },
          body: plain,
          credentials: "omit",
          cache: "no-store",
          referrerPolicy: "no-referrer",
          ...(signal ? { signal } : {}),
        }),
      );
    },
    beacon: (path, head, body) => {
      try {
        // A kept-alive fetch shares the 64 KiB of beacons and, unlike them, sends no cookies.
        if (!("keepalive" in Request.prototype)) return navigator.sendBeacon(endpoint + path, join(head, body));
        void send(endpoint + path, {
          method: "POST",
          headers: { "Content-Type": "text/plain" },
          body: join(head, body),
          credentials: "omit",
          keepalive: true,
          referrerPolicy: "no-referrer",
        }).catch(() => undefined);
        return true;
      } catch {
        return false;
      }
    },
    compress: gzip,
    now: () => performance.now(),
    random: () => Math.random(),
    after: (ms, act) => window.setTimeout(act, ms),
    cancel: (timer) => {
      window.clearTimeout(timer);
    },
  };
};
