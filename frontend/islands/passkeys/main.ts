import { fill } from "../../lib/texts";

/**
 * Passkeys (WebAuthn): forms marked `data-passkey` are sent with what the browser's authenticator answered.
 * `create` and `get` find their options in the page; `sign-in` asks the form's address for a fresh challenge.
 */
type Json = Record<string, unknown>;

/** The wire form is base64 for addresses (RFC 4648, section 5), without padding; the browser wants bytes. */
function bytes(text: string): ArrayBuffer {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
}

function text(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function descriptors(list: unknown): PublicKeyCredentialDescriptor[] {
  const found = (list ?? []) as { id: string; type: "public-key"; transports?: AuthenticatorTransport[] }[];
  return found.map((entry) => ({ ...entry, id: bytes(entry.id) }));
}

async function create(options: Json): Promise<Json> {
  const given = options as unknown as PublicKeyCredentialCreationOptions & { challenge: string; user: { id: string } };
  const publicKey: PublicKeyCredentialCreationOptions = {
    ...given,
    challenge: bytes(given.challenge),
    user: { ...given.user, id: bytes(given.user.id) },
    excludeCredentials: descriptors(options.excludeCredentials),
    // kept by the device and opened by finger, face or PIN: it can sign in alone
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
  };
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return envelope(made, {
    clientDataJSON: text(response.clientDataJSON),
    attestationObject: text(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  });
}

async function get(options: Json): Promise<Json> {
  const given = options as unknown as PublicKeyCredentialRequestOptions & { challenge: string };
  const publicKey = { ...given, challenge: bytes(given.challenge), allowCredentials: descriptors(options.allowCredentials) };
  const found = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = found.response as AuthenticatorAssertionResponse;
  return envelope(found, {
    clientDataJSON: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : null,
  });
}

function envelope(credential: PublicKeyCredential, response: Json): Json {
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, clientExtensionResults: credential.getClientExtensionResults(), response };
}

async function optionsOf(form: HTMLFormElement): Promise<Json> {
  if (form.dataset.passkey !== "sign-in") return JSON.parse(document.getElementById("passkey-options")?.textContent ?? "{}") as Json;
  const answer = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Json;
}

async function run(form: HTMLFormElement): Promise<void> {
  const options = await optionsOf(form);
  const inner = (options.creation_options ?? options.request_options) as { publicKey: Json };
  const credential = form.dataset.passkey === "create" ? await create(inner.publicKey) : await get(inner.publicKey);
  const field = form.elements.namedItem("credential") as HTMLInputElement;
  field.value = JSON.stringify(credential);
  form.submit();
}

function say(form: HTMLFormElement, error: unknown): void {
  const place = form.querySelector<HTMLElement>("[data-passkey-problem]");
  if (!place) return;
  const name = error instanceof DOMException ? error.name : "";
  const { cancelled, known, insecure, failed } = place.dataset;
  const said: Record<string, string | undefined> = { NotAllowedError: cancelled, InvalidStateError: known, SecurityError: insecure };
  place.textContent = said[name] ?? fill(failed ?? "", { error: name || String(error) });
  place.hidden = false;
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
  // A browser without passkeys, or an address that is no secure context, is not shown what it cannot do.
  if (!("credentials" in navigator) || !("PublicKeyCredential" in window)) {
    form.querySelector("[data-passkey-without]")?.removeAttribute("hidden");
    form.querySelector("button")?.setAttribute("disabled", "");
    continue;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button?.setAttribute("disabled", "");
    run(form).catch((error: unknown) => {
      button?.removeAttribute("disabled");
      say(form, error);
    });
  });
}
