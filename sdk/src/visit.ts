/** The visit token as the page's own server signed it; the browser reads its payload, the server checks its signature. */

const PURPOSES: ReadonlySet<unknown> = new Set(["replay", "heatmap"]);

const payloadOf = (token: string): Readonly<Record<string, unknown>> | null => {
  const part = token.split(".")[1] ?? "";
  const bytes = Uint8Array.from(atob(part.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as Readonly<Record<string, unknown>> | null;
};

/** The claims as they stand in the token; none where it cannot be read. */
export const claimsOf = (token: string): Readonly<Record<string, unknown>> => {
  try {
    return payloadOf(token) ?? {};
  } catch {
    return {};
  }
};

/** Tell whether the token's consent claim says yes to anything. What cannot be read says no. */
export const saysYes = (token: string): boolean => {
  const consent = claimsOf(token)["consent"] as { purposes?: unknown } | null | undefined;
  const purposes = consent?.purposes;
  return Array.isArray(purposes) && purposes.some((one) => PURPOSES.has(one));
};
