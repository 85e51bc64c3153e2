// At the rack there may be no network: what is sent meanwhile is kept on this telephone, and sent in
// its order once the portal can be reached, by the person who did it and nobody else who signs in on
// this telephone. Without this file forms are sent as forms are.

const box = document.querySelector("[data-rack]");
const DAY = 86_400_000;

function store(mode, act) {
  return new Promise((done, fail) => {
    const opening = indexedDB.open("changeover-rack", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("kept", { autoIncrement: true });
    opening.onerror = () => fail(opening.error);
    opening.onsuccess = () => {
      const work = opening.result.transaction("kept", mode);
      const asked = act(work.objectStore("kept"));
      work.oncomplete = () => done(asked.result);
      work.onerror = work.onabort = () => fail(work.error);
    };
  });
}

async function kept() {
  const [keys, rows] = [await store("readonly", (s) => s.getAllKeys()), await store("readonly", (s) => s.getAll())];
  const mine = (row) => row.page === location.pathname && row.who === box.dataset.who;
  return rows.map((row, place) => ({ ...row, key: keys[place] })).filter(mine);
}

async function reached() {
  if (!navigator.onLine) return false;
  const asked = fetch("/livez", { cache: "no-store", signal: AbortSignal.timeout(5000) });
  return asked.then((answer) => answer.ok, () => false);
}

async function show() {
  const rows = await kept();
  box.hidden = rows.length === 0;
  box.querySelector("ul").replaceChildren(...rows.map((row) => {
    const line = document.createElement("li");
    line.textContent = `${row.words} · ${new Date(row.at).toLocaleString(document.documentElement.lang)}`;
    if (row.refused) line.append(` · ${box.dataset.refused}`);
    return line;
  }));
}

// What the portal took answers with this very page; anything else is for a person to look at. Whoever
// has to sign in again first does that: nothing is given up for it. The seal is that of this opening.
async function send(row) {
  const body = new FormData();
  for (const [name, value] of row.fields) body.append(name, value);
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  if (token) body.set("csrfmiddlewaretoken", token.value);
  // How long ago, not when: this telephone's clock may be wrong.
  body.set("ago", String(Math.max(1, Math.round((Date.now() - row.at) / 1000))));
  const url = new URL(row.url);
  url.search = location.search;
  const answer = await fetch(url, { method: "POST", body });
  const place = new URL(answer.url).pathname;
  if (place === box.dataset.signIn) throw new Error("signed out");
  return answer.ok && answer.redirected && place === row.page;
}

let sending = false;
async function flush() {
  if (sending || !navigator.onLine) return;
  sending = true;
  let sent = 0;
  try {
    for (const row of await kept()) {
      if (row.refused) {
        if (Date.now() - row.at > DAY) await store("readwrite", (s) => s.delete(row.key));
        continue;
      }
      if (await send(row)) {
        await store("readwrite", (s) => s.delete(row.key));
        sent += 1;
      } else {
        const { key, ...rest } = row;
        await store("readwrite", (s) => s.put({ ...rest, refused: true }, key));
      }
    }
  } catch {
    // no network after all: the next try goes on where this one ended
  } finally {
    sending = false;
  }
  if (sent) location.reload();
  else await show();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-keeps]")) return;
  event.preventDefault();
  if (await reached()) {
    form.submit();
    return;
  }
  const words = form.querySelector("button").textContent.trim();
  const row = { page: location.pathname, who: box.dataset.who, url: form.action, fields: [...new FormData(form)], words, at: Date.now() };
  await store("readwrite", (s) => s.add(row));
  form.reset();
  await show();
});

addEventListener("online", flush);
setInterval(flush, 20_000);
flush();
