// Passkeys: the button that has the browser make or use one. What the server asks for and what the browser answers go
// through unread; the server checks both.

interface Way {
  readonly ask: string;
  readonly tell: string;
  readonly make: boolean;
}

const ways: Readonly<Record<string, Way>> = {
  "log-in": { ask: "/login/passkey/ask", tell: "/login/passkey", make: false },
  prove: { ask: "/console/sign-in/proof/ask", tell: "/console/sign-in/proof", make: false },
  add: { ask: "/console/sign-in/passkeys/ask", tell: "/console/sign-in/passkeys", make: true },
};

const said: Readonly<Record<string, string>> = {
  NotAllowedError: "Nothing was chosen in time, or it was cancelled. Try again.",
  InvalidStateError: "This device holds a passkey for you already. Use another device or key.",
  NotSupportedError: "This device has no way to make a passkey. Use a security key, or a password with an app.",
};

/** Where passkeys work: only under the name that the server was told, by https or on this machine. */
function hindrance(host: string): string {
  if (location.hostname !== host) return `Passkeys work at ${host}, not at ${location.hostname}: open the console there.`;
  if (!isSecureContext) return "Passkeys need https here. Ask the operator, or use a password with an app's code.";
  if (typeof PublicKeyCredential === "undefined" || !("parseCreationOptionsFromJSON" in PublicKeyCredential)) {
    return "This browser is too old for passkeys. Update it, or use a password with an app's code.";
  }
  return "";
}

async function post(where: string, fields: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  const answer = await fetch(where, { method: "POST", body: new URLSearchParams(fields), redirect: "error" });
  const body = (await answer.json()) as Record<string, unknown>;
  const detail = body["detail"];
  if (!answer.ok) throw new Error(typeof detail === "string" ? detail : "The server did not take it; try again.");
  return body;
}

async function credential(way: Way): Promise<PublicKeyCredential> {
  const asked = await post(way.ask, {});
  const made = way.make
    ? await navigator.credentials.create({
        publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked as unknown as PublicKeyCredentialCreationOptionsJSON),
      })
    : await navigator.credentials.get({
        publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked as unknown as PublicKeyCredentialRequestOptionsJSON),
      });
  if (!(made instanceof PublicKeyCredential)) throw new Error("The browser gave no passkey; try again.");
  return made;
}

function start(box: HTMLElement, way: Way): void {
  const button = box.querySelector("button");
  const told = box.querySelector<HTMLElement>("[data-told]");
  const label = box.querySelector<HTMLInputElement>("input[name=label]");
  if (!button || !told) throw new Error("a passkey's box has a button and a place for words");
  const hindered = hindrance(box.dataset["host"] ?? "");
  told.textContent = hindered;
  button.disabled = hindered !== "";
  button.addEventListener("click", () => {
    void press();
  });
  label?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") button.click();
  });

  async function press(): Promise<void> {
    if (!button || !told) return;
    if (label && label.value.trim() === "") {
      told.textContent = "Give it a name first, so that you know it again.";
      label.focus();
      return;
    }
    button.disabled = true;
    told.textContent = "Your device or browser asks you now.";
    try {
      const answer = JSON.stringify((await credential(way)).toJSON());
      const fields = { answer, label: label?.value ?? "", next: box.dataset["next"] ?? "" };
      const next = String((await post(way.tell, fields))["next"]);
      if (next === location.pathname) location.reload();
      else location.assign(next);
    } catch (problem) {
      const { name, message } = problem as Error;
      told.textContent = said[name] ?? message;
      button.disabled = false;
      button.focus();
    }
  }
}

for (const box of document.querySelectorAll<HTMLElement>("[data-passkey]")) {
  const way = ways[box.dataset["passkey"] ?? ""];
  if (way) start(box, way);
}
