/** Route changes: the History API, hash routes, back and forward; and views, which change without one. */

/** Tells of each change of what the page shows, while somebody watches. */
export class Views {
  private isOn = false;
  private readonly observer: MutationObserver;

  constructor(changed: () => void) {
    this.observer = new MutationObserver(changed);
  }

  watch(isOn: boolean): void {
    if (isOn === this.isOn) return;
    this.isOn = isOn;
    if (isOn) this.observer.observe(document, { subtree: true, childList: true, attributes: true });
    else this.observer.disconnect();
  }
}

/** Call `changed` after each change of the page's address; returns how to stop. */
export const watchRoutes = (changed: () => void): (() => void) => {
  const { history } = window;
  let last = location.href;
  let isOn = true;
  const check = (): void => {
    if (!isOn || location.href === last) return;
    last = location.href;
    changed();
  };
  const restore = (["pushState", "replaceState"] as const).map((name) => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the history as `this` below
    const original = history[name];
    const own = function (this: History, ...args: Parameters<History["pushState"]>): void {
      original.apply(this, args);
      check();
    };
    history[name] = own;
    return () => {
      // Somebody may have wrapped ours since; theirs stays, and ours then only passes through.
      if (history[name] === own) history[name] = original;
    };
  });
  window.addEventListener("popstate", check);
  window.addEventListener("hashchange", check);
  return () => {
    isOn = false;
    for (const one of restore) one();
    window.removeEventListener("popstate", check);
    window.removeEventListener("hashchange", check);
  };
};
