// Passkeys: asks the portal what to ask the authenticator, and puts its answer into the form, which
// is then sent as forms are. It decides nothing: the portal checks what was signed.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const read = (part) => ({ ...part, id: bytes(part.id) });

function text(buffer) {
  const plain = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function asked(form) {
  const answer = await fetch(form.dataset.options, { method: "POST", body: new FormData(form) });
  const found = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(found.problem), { words: found.problem });
  found.challenge = bytes(found.challenge);
  if (found.user) found.user = read(found.user);
  for (const list of ["excludeCredentials", "allowCredentials"]) found[list] = (found[list] ?? []).map(read);
  return found;
}

const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

function written(credential) {
  const response = {};
  for (const part of PARTS) if (credential.response[part]) response[part] = text(credential.response[part]);
  const { id, type } = credential;
  return JSON.stringify({ id, rawId: id, type, response, clientExtensionResults: {} });
}

async function answer(form) {
  const said = form.querySelector("[role=alert]");
  const failed = said.dataset.failed ??= said.textContent;
  said.hidden = true;
  try {
    const publicKey = await asked(form);
    form.elements.credential.value = written(await navigator.credentials[form.dataset.passkey]({ publicKey }));
    if (form.elements.password) form.elements.password.disabled = true;
    form.submit();
  } catch (error) {
    said.textContent = error.words ?? failed;
    said.hidden = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(form);
  });
}
