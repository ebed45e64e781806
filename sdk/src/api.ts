/** The calls of the package, over one session at a time. */

import type { Consent, Host, MakePart, Part } from "./consent/host";
import { browserEdge } from "./edge";
import { readOptions, type Options } from "./options";
import { Session, type Shape } from "./session";

export interface Milkglass {
  /** Record this tab, if the person's consent and the policy say yes. Throws a TypeError on an unknown option. */
  readonly start: (options: Options) => Promise<void>;
  /** Send what is there and record nothing more. */
  readonly stop: () => void;
  /** Stop at once, discard what was not sent and withdraw consent; `erase` also asks for what was stored to be destroyed. */
  readonly withdraw: (options?: { readonly erase?: boolean }) => Promise<void>;
  /** A code that finds this recording for support; undefined while nothing is recorded. */
  readonly supportCode: () => Promise<string | undefined>;
  /** Asking and answering by our dialog or by the page's own means; fetched once `start` was told `consent`. */
  readonly consent: Consent;
}

const CALLS: readonly (keyof Consent)[] = ["ask", "state", "notice", "answer", "withdraw", "receipt"];

/** Make the API over one way of recording the page's shape, and of fetching the consent part. */
export const milkglassOver = (shape: () => Shape, fetchPart: () => Promise<MakePart>): Milkglass => {
  let session: Session | undefined;
  let part: Promise<Part> | undefined;
  const begin = async (options: Options, isAgreed: boolean, ended?: () => void): Promise<boolean> => {
    session?.stop();
    const begun = (session = new Session(options, browserEdge(options.endpoint), shape(), isAgreed, ended));
    await begun.start();
    return begun.isRecording;
  };
  const discard = (): void => {
    session?.discard();
    session = undefined;
  };
  const ask = async (options: Options): Promise<void> => {
    const host: Host = { options, edge: browserEdge(options.endpoint), record: (isAgreed, ended) => begin(options, isAgreed, ended), discard };
    await (await (part = fetchPart().then((make) => make(host)))).start();
  };
  const call =
    (name: keyof Consent) =>
    async (...given: readonly unknown[]): Promise<unknown> => {
      if (!part) throw new TypeError("milkglass.consent needs start({consent}) first");
      // @ts-expect-error the arguments are those of the call
      return (await part)[name](...given);
    };
  return {
    // Not `async` itself: a wrong option is thrown where `start` is called, also to a page that awaits nothing.
    start: (given) => {
      const options = readOptions(given);
      return options.consent ? ask(options) : begin(options, false).then(() => undefined);
    },
    stop: () => {
      session?.stop();
      session = undefined;
    },
    withdraw: async (options) => {
      if (part) return (await part).withdraw(options);
      const running = session;
      session = undefined;
      await running?.withdraw(options?.erase === true);
    },
    supportCode: async () => session?.supportCode(),
    // Each call goes on to the part's own of the same name.
    consent: Object.fromEntries(CALLS.map((name) => [name, call(name)])) as unknown as Consent,
  };
};
