/** A file of ours beside the one that runs, fetched by a `script` element whose hash this one holds. */

// Known only while this file runs.
const own = document.currentScript as HTMLScriptElement | null;

/** Fetch a file that leaves something in a global, and take it from there. Rejects if it does not come or is another. */
export const fetchLeft = <T>({ file, sri }: { readonly file: string; readonly sri: string }, name: string): Promise<T> =>
  new Promise((take, fail) => {
    const script = document.createElement("script");
    script.crossOrigin = "anonymous";
    script.integrity = sri;
    script.referrerPolicy = "no-referrer";
    script.nonce = own?.nonce ?? "";
    script.onerror = script.onload = () => {
      script.remove();
      const left = globalThis as unknown as Record<string, T | undefined>;
      const made = left[name];
      Reflect.deleteProperty(left, name);
      if (made) take(made);
      else fail(new Error(`milkglass: ${file} did not come`));
    };
    script.src = new URL(file, own?.src ?? location.href).href;
    document.head.append(script);
  });
