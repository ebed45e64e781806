/** Failed requests of the page: method, address, status class and duration; no header, no body. */

export interface FailedRequest {
  readonly method: string;
  readonly route: string;
  readonly status: string;
  readonly ms: number;
  [detail: string]: string | number;
}

const FIRST_FAILURE = 400;
const UNKNOWN_ADDRESS = "";

const addressOf = (said: unknown): string => {
  try {
    const url = said instanceof Request ? said.url : String(said);
    return new URL(url, document.baseURI).href;
  } catch {
    return UNKNOWN_ADDRESS;
  }
};

type Report = (request: FailedRequest) => void;

class Timed {
  private readonly from = performance.now();

  constructor(
    private readonly method: string,
    private readonly route: string,
    private readonly report: Report,
  ) {}

  ended(status: number): void {
    if (status !== 0 && status < FIRST_FAILURE) return;
    const group = status === 0 ? "failed" : `${String(Math.floor(status / 100))}xx`;
    this.report({ method: this.method.toUpperCase(), route: this.route, status: group, ms: performance.now() - this.from });
  }
}

const wrapFetch = (isOwn: (address: string) => boolean, report: Report): (() => void) => {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the window as `this` below
  const original = window.fetch;
  const own: typeof fetch = async (input, init) => {
    const address = addressOf(input);
    if (isOwn(address)) return original.call(window, input, init);
    const timed = new Timed(init?.method ?? (input instanceof Request ? input.method : "GET"), address, report);
    try {
      const response = await original.call(window, input, init);
      if (response.type !== "opaque") timed.ended(response.status);
      return response;
    } catch (fault) {
      if (!(fault instanceof DOMException && fault.name === "AbortError")) timed.ended(0);
      throw fault;
    }
  };
  window.fetch = own;
  return () => {
    if (window.fetch === own) window.fetch = original;
  };
};

const wrapXhr = (isOwn: (address: string) => boolean, report: Report): (() => void) => {
  const proto = XMLHttpRequest.prototype;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the request as `this` below
  const original = proto.open;
  const own = function (this: XMLHttpRequest, method: string, url: string | URL, ...rest: unknown[]): void {
    const address = addressOf(url);
    if (!isOwn(address)) {
      const begin = (): void => {
        const timed = new Timed(method, address, report);
        this.addEventListener("loadend", () => { timed.ended(this.status); }, { once: true });
      };
      this.addEventListener("loadstart", begin, { once: true });
    }
    Reflect.apply(original, this, [method, url, ...rest]);
  };
  proto.open = own;
  return () => {
    if (proto.open === own) proto.open = original;
  };
};

/** Report each failed request that is not our own; returns how to stop. */
export const watchRequests = (endpoint: string, report: Report): (() => void) => {
  let isOn = true;
  const safe: Report = (request) => {
    if (isOn) report(request);
  };
  const isOwn = (address: string): boolean => address.startsWith(endpoint + "/v1/");
  const undo = [wrapFetch(isOwn, safe), wrapXhr(isOwn, safe)];
  return () => {
    isOn = false;
    for (const one of undo) one();
  };
};
