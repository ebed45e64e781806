/**
 * Consent by our own dialog, or by the page's own means over the same calls. Before a yes one request goes out, for the
 * notice, and it names nobody; a no is told once; after a withdrawal nothing goes out but the withdrawal itself.
 */

import { claimsOf, saysYes } from "../visit";
import { showDialog, showMark, type Marked } from "./elements";
import type { Answer, Host, MakePart, Part, Purpose, Served, State } from "./host";
import { Memory, REFUSED_MS, type Said } from "./memory";

const DAY_MS = 86_400_000;

class Flow implements Part {
  private marked: Marked | undefined;
  private isAsking = false;
  /** The last token: without a network it still tells whose answer is to be kept. */
  private token = "";

  constructor(private readonly host: Host) {}

  start = async (): Promise<void> => {
    const token = await this.visit();
    // The page's own tool asked already: its word counts, and nobody is asked twice.
    if (saysYes(token)) return this.record(false);
    const memory = this.memoryOf(token);
    const kept = memory.read();
    const is = kept?.is;
    if (is === "withdrawing" || is === "erasing") return this.tell(memory, is === "erasing");
    if (is === "given") return this.record(true, kept?.said);
    // Who may not agree for themselves is not asked: a parent says yes to the page's own server.
    const mayAsk = claimsOf(token)["may_consent"] === true && !hasSignal();
    if (is === undefined && mayAsk && this.host.options.consent === "dialog") await this.ask();
  };

  ask = async (): Promise<State> => {
    if (this.isAsking) return this.state();
    this.isAsking = true;
    try {
      const served = await this.notice();
      await showDialog(served, async (answer, purposes) => {
        try {
          await this.answer(served, answer, purposes);
          return true;
        } catch {
          return false;
        }
      });
    } finally {
      this.isAsking = false;
    }
    return this.state();
  };

  state = async (): Promise<State> => {
    const token = await this.visit();
    return saysYes(token) ? "given" : this.memoryOf(token).state;
  };

  notice = async (): Promise<Served> => {
    const claims = claimsOf(await this.visit());
    const asked = new URLSearchParams({ language: document.documentElement.lang || navigator.language });
    // Of the token only this goes along: which product and which school, and not who.
    for (const name of ["application", "institution"]) asked.set(name, typeof claims[name] === "string" ? claims[name] : "");
    const address = `${this.host.options.endpoint}/v1/notice?${asked.toString()}`;
    const response = await fetch(address, { credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
    if (!response.ok) throw new Error(`milkglass: the notice did not come (${response.status}); nothing is recorded`);
    return (await response.json()) as Served;
  };

  answer = async (served: Served, answer: Answer, purposes: readonly Purpose[] = []): Promise<State> => {
    const visit = await this.visit();
    const memory = this.memoryOf(visit);
    // A no is kept here first: it holds also where the server cannot be told.
    if (answer !== "given") memory.keep("refused", Date.now() + REFUSED_MS);
    const told = await this.host.edge.post("/v1/consents", "", JSON.stringify({ visit, serving: served.serving, answer, purposes }), undefined);
    if (told.status !== 202) throw new Error(`milkglass: the answer was not taken (${told.status}); nothing is recorded`);
    if (answer === "given") {
      const said = { words: served.words, language: served.language };
      memory.keep("given", Date.now() + served.lasts_days * DAY_MS, said);
      await this.record(true, said);
    }
    return memory.state;
  };

  withdraw = async (options?: { readonly erase?: boolean }): Promise<void> => {
    const erase = options?.erase === true;
    // Taken first, since what ends takes the mark away.
    const { marked } = this;
    this.marked = undefined;
    this.host.discard();
    marked?.stopped(erase);
    const memory = this.memoryOf(this.token || (await this.visit()));
    memory.keep(erase ? "erasing" : "withdrawing", Date.now() + REFUSED_MS);
    await this.tell(memory, erase);
  };

  receipt = async (): Promise<unknown> => {
    const visit = await this.visit();
    const told = await this.host.edge.post("/v1/receipts", "", JSON.stringify({ visit }), undefined);
    return told.status === 200 ? told.body : undefined;
  };

  /** Tell the server of a withdrawal, now or once there is a network again. */
  private async tell(memory: Memory, erase: boolean): Promise<void> {
    const told = await this.visit()
      .then((visit) => this.host.edge.post("/v1/withdraw", "", JSON.stringify({ visit, erase }), undefined))
      .catch(() => undefined);
    if (told?.status === 202) memory.keep("refused", Date.now() + REFUSED_MS);
    else window.addEventListener("online", () => void this.tell(memory, erase), { once: true });
  }

  private async record(isAgreed: boolean, said?: Said): Promise<void> {
    const unmark = (): void => {
      this.marked?.remove();
      this.marked = undefined;
    };
    const isRecording = await this.host.record(isAgreed, unmark);
    if (isRecording && said && this.host.options.consent === "dialog") this.mark(said);
    // The server knows of no yes: it is over, or was taken back elsewhere.
    if (!isRecording && isAgreed) this.memoryOf(await this.visit()).forget();
  }

  private mark({ words, language }: Said): void {
    this.marked?.remove();
    this.marked = showMark(
      words,
      language,
      (erase) => void this.withdraw({ erase }),
      () => void this.save(),
    );
  }

  private async save(): Promise<void> {
    const receipt = await this.receipt();
    if (receipt === undefined) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(receipt, null, 1)], { type: "application/json" }));
    link.download = "consent-receipt.json";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  private async visit(): Promise<string> {
    return (this.token = await this.host.options.visit());
  }

  private memoryOf(token: string): Memory {
    const claims = claimsOf(token);
    return new Memory(this.host.options.endpoint, `${String(claims["institution"])}|${String(claims["person"])}`);
  }
}

/** A browser that refuses for its person: it is not asked by itself, only where the page calls `ask`. */
const hasSignal = (): boolean =>
  (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true || navigator.doNotTrack === "1";

export const makePart: MakePart = (host) => new Flow(host);
