/** The four calls of the package, over one session at a time. */

import { browserEdge } from "./edge";
import { readOptions, type Options } from "./options";
import { Session, type Shape } from "./session";

export interface Milkglass {
  /** Record this tab, if the visit token's consent and the policy say yes. Throws a TypeError on an unknown option. */
  readonly start: (options: Options) => Promise<void>;
  /** Send what is there and record nothing more. */
  readonly stop: () => void;
  /** Stop at once, discard what was not sent and withdraw consent; `erase` also asks for what was stored to be destroyed. */
  readonly withdraw: (options?: { readonly erase?: boolean }) => Promise<void>;
  /** A code that finds this recording for support; undefined while nothing is recorded. */
  readonly supportCode: () => Promise<string | undefined>;
}

/** Make the API over one way of recording the page's shape. */
export const milkglassOver = (shape: () => Shape): Milkglass => {
  let session: Session | undefined;
  return {
    start: (given) => {
      const options = readOptions(given);
      session?.stop();
      session = new Session(options, browserEdge(options.endpoint), shape());
      return session.start();
    },
    stop: () => {
      session?.stop();
      session = undefined;
    },
    withdraw: async (options) => {
      const running = session;
      session = undefined;
      await running?.withdraw(options?.erase === true);
    },
    supportCode: async () => session?.supportCode(),
  };
};
