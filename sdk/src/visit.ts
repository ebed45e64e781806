/** The visit token as the page's own server signed it; the browser reads its payload, the server checks its signature. */

const PURPOSES: ReadonlySet<unknown> = new Set(["replay", "heatmap"]);

const payloadOf = (token: string): unknown => {
  const part = token.split(".")[1] ?? "";
  const bytes = Uint8Array.from(atob(part.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
};

/** Tell whether the token's consent claim says yes to anything. What cannot be read says no. */
export const saysYes = (token: string): boolean => {
  try {
    const claims = payloadOf(token) as { consent?: { purposes?: unknown } } | null;
    const purposes = claims?.consent?.purposes;
    return Array.isArray(purposes) && purposes.some((one) => PURPOSES.has(one));
  } catch {
    return false;
  }
};
