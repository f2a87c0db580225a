// The files of one book: read, begun on the server, sent by tus, gone on with for ever.
//
// What is here is known by the server alone. A file chosen again is matched by name, size
// and sha-256, so that after a closed browser only what is missing goes.
import "./vendor/tus/tus.min.js";
import { chosen, dropped } from "./upload-chosen.js";
import { lineIsDown, lineIsUp, showFull, showSignedOut } from "./upload-line.js";

const AT_ONCE = 2;
const FIRST_DELAY = 1000; // ms
const LONGEST_DELAY = 30_000;

const root = document.querySelector("[data-deposit]");
const list = document.getElementById("files");
const words = root.dataset;
const mark = { "X-CSRFToken": words.csrf };
const entries = new Map(); // by name: file, row, size, offset, whole
const waiting = [];
let active = 0;
let began = null; // when sending began, and how much was here then

for (const row of list.children) {
  entries.set(row.dataset.name, {
    name: row.dataset.name, row, size: Number(row.dataset.size),
    offset: Number(row.dataset.offset), whole: "whole" in row.dataset,
  });
}

const hasher = new Worker(new URL("./upload-hash.js", import.meta.url), { type: "module" });
const hashing = new Map();
hasher.addEventListener("message", ({ data }) => {
  const { resolve, reject } = hashing.get(data.number);
  hashing.delete(data.number);
  if (data.digest) resolve(data.digest);
  else reject(new Error(data.failed));
});

function digestOf(file) {
  const number = hashing.size ? Math.max(...hashing.keys()) + 1 : 1;
  return new Promise((resolve, reject) => {
    hashing.set(number, { resolve, reject });
    hasher.postMessage({ number, file });
  });
}

function say(entry, tone, text) {
  const state = entry.row.querySelector(".st");
  state.className = `st ${tone}`;
  state.querySelector(".words").textContent = text;
  const icon = state.querySelector("svg");
  icon.replaceWith(document.getElementById(`tone-${tone}`).content.cloneNode(true));
}

function rowFor(name) {
  const row = document.getElementById("file").content.firstElementChild.cloneNode(true);
  row.querySelector("b").textContent = name;
  const remove = row.querySelector(".remove");
  remove.setAttribute("aria-label", remove.dataset.label.replace("{name}", name));
  const tones = row.querySelector(".tones");
  tones.replaceWith(...tones.childNodes);
  const after = [...list.children].find((other) => inOrder(name, other.querySelector("b").textContent) < 0);
  list.insertBefore(row, after || null);
  return row;
}

const collator = new Intl.Collator("kk", { numeric: true });
const inOrder = (one, other) => collator.compare(one, other);

/** Take these files in, in the order of their names. */
function add(files, inside = 0) {
  const note = document.getElementById("left-out");
  note.hidden = !inside;
  note.querySelector("p").textContent = words.inside.replace("{n}", inside);
  for (const file of [...files].sort((one, other) => inOrder(one.name, other.name))) {
    const known = entries.get(file.name);
    if (known && known.file && (known.file.size !== file.size || known.file.lastModified !== file.lastModified)) {
      say(known, "warn", words.twice);
      continue;
    }
    if (known && (known.whole || known.busy) && known.file) continue;
    const entry = known || { name: file.name, row: rowFor(file.name), offset: 0, whole: false };
    if (!known || known.size !== file.size) entry.offset = 0;
    Object.assign(entry, { file, size: file.size, busy: true });
    entries.set(file.name, entry);
    say(entry, "soft", words.waiting);
    waiting.push(entry);
  }
  began ||= { at: performance.now(), here: sent() };
  showTotal();
  next();
}

function next() {
  while (active < AT_ONCE && waiting.length) {
    active += 1;
    send(waiting.shift()).finally(() => {
      active -= 1;
      showTotal();
      if (!active && !waiting.length) refreshAll();
      else next();
    });
  }
}

/** The row being sent is in sight, unless somebody is looking at others. */
function show(row) {
  if (list.matches(":hover, :focus-within")) return;
  list.scrollTop = row.offsetTop - list.offsetTop - list.clientHeight / 2;
}

async function send(entry) {
  say(entry, "soft", words.reading);
  show(entry.row);
  try {
    entry.sha256 ||= await digestOf(entry.file);
  } catch {
    entry.busy = false;
    say(entry, "bad", words.unreadable);
    return;
  }
  for (let delay = FIRST_DELAY; ; delay = Math.min(2 * delay, LONGEST_DELAY)) {
    const before = entry.offset;
    const outcome = await attempt(entry);
    if (outcome === "ended") return;
    if (entry.offset > before) delay = FIRST_DELAY;
    await backOr(delay);
  }
}

/** One attempt: "ended" when there is nothing more to do for this file now, else "again". */
async function attempt(entry) {
  try {
    const row = await begin(entry);
    if (!row) return "ended";
    entry.upload = row.upload;
    entry.offset = row.offset || 0;
    if (row.whole || row.refusal) return settle(entry, row);
    await transfer(entry);
    return settle(entry, await begin(entry));
  } catch (error) {
    return trouble(entry, error);
  }
}

async function begin(entry) {
  const told = { files: [{ name: entry.name, size: entry.size, sha256: entry.sha256 }] };
  const [row] = await post(`/upload/deposits/${words.deposit}/files`, told);
  lineIsUp(numberOf(entry), words.restored);
  return row;
}

async function post(address, told) {
  const answer = await fetch(address, {
    method: "POST", headers: { ...mark, "Content-Type": "application/json" }, body: JSON.stringify(told),
  });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const problem = await answer.json().catch(() => ({}));
  throw Object.assign(new Error(problem.title), { status: answer.status, ...problem });
}

function transfer(entry) {
  return new Promise((resolve, reject) => {
    const upload = new window.tus.Upload(entry.file, {
      uploadUrl: `/upload/files/${entry.upload}`,
      headers: mark,
      retryDelays: null, // we go on ourselves, for ever
      storeFingerprintForResuming: false,
      onProgress: (offset) => {
        entry.offset = offset;
        say(entry, "soft", words.sent.replace("{n}", Math.floor((100 * offset) / entry.size)));
        showTotal();
      },
      onSuccess: resolve,
      onError: (error) => {
        const answer = error.originalResponse;
        let problem = {};
        try {
          problem = JSON.parse(answer.getBody());
        } catch {
          // No answer, or one without words.
        }
        reject(Object.assign(error, { ...problem, status: answer ? answer.getStatus() : 0 }));
      },
    });
    entry.sending = upload;
    entry.leave = () => reject(new Error("taken out"));
    upload.start();
  });
}

function settle(entry, row) {
  entry.whole = row.whole;
  entry.offset = row.offset ?? 0;
  entry.busy = false;
  say(entry, row.tone, row.told);
  return "ended";
}

/** What an error means: wait and go on, or tell the person. */
function trouble(entry, error) {
  if (entry.out) return "ended";
  if (error.status === 401 || error.status === 403) {
    showSignedOut();
    entry.busy = false;
    waiting.length = 0;
    return "ended";
  }
  const forGood = error.status >= 400 && error.status < 500 && ![408, 409, 423, 429].includes(error.status);
  if (forGood) {
    entry.busy = false;
    say(entry, "bad", error.detail || words.unreadable);
    if (error.title === "damaged-in-transit") offerAgain(entry);
    return "ended";
  }
  if (error.status === 507) showFull();
  else if (!error.status) lineIsDown();
  return "again";
}

function offerAgain(entry) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn plain small again";
  button.textContent = words.again;
  button.addEventListener("click", () => {
    button.remove();
    Object.assign(entry, { busy: true, sha256: null, offset: 0 });
    waiting.push(entry);
    next();
  });
  entry.row.querySelector(".again")?.remove();
  entry.row.querySelector(".buttons").prepend(button);
}

/** Take a file out, here and on the server; the others go on meanwhile. */
async function takeOut(entry) {
  entry.row.remove();
  entries.delete(entry.name);
  const place = waiting.indexOf(entry);
  if (place >= 0) waiting.splice(place, 1);
  entry.out = true;
  entry.sending?.abort();
  entry.leave?.();
  showTotal();
  const upload = entry.upload || entry.row.querySelector(".remove").value;
  if (!upload) return;
  const headers = { ...mark, "Tus-Resumable": "1.0.0" };
  await fetch(`/upload/files/${upload}`, { method: "DELETE", headers }).catch(lineIsDown);
}

/** Wait so long, or until the browser says that the line is back. */
function backOr(delay) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, delay);
    window.addEventListener("online", done, { once: true });
    function done() {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    }
  });
}

const all = () => [...entries.values()];
const sent = () => all().reduce((sum, entry) => sum + (entry.offset || 0), 0);
const numberOf = (entry) => [...list.children].indexOf(entry.row) + 1;

function showTotal() {
  const size = all().reduce((sum, entry) => sum + entry.size, 0);
  const here = sent();
  const whole = all().filter((entry) => entry.whole).length;
  document.getElementById("total").textContent = words.total.replace("{n}", whole).replace("{m}", entries.size);
  document.getElementById("bar").value = size ? (100 * here) / size : 0;
  const speed = began ? (here - began.here) / (performance.now() - began.at) : 0;
  const minutes = speed > 0 ? Math.round((size - here) / speed / 60_000) : null;
  const busy = active || waiting.length;
  document.getElementById("left").textContent =
    !busy || minutes === null ? "" : minutes < 1 ? words.soon : words.minutes.replace("{t}", minutes);
}

/** When all is sent: the server's words for every file (a duplicate is told here). */
async function refreshAll() {
  began = null;
  showTotal();
  try {
    const answer = await fetch(`/upload/deposits/${words.deposit}`);
    if (!answer.ok) return;
    for (const row of (await answer.json()).files) {
      const entry = entries.get(row.name);
      if (entry && !entry.busy) say(entry, row.tone, row.told);
    }
  } catch {
    // The words there are will do.
  }
}

function start() {
  root.classList.add("scripted");
  document.getElementById("plain").hidden = true;
  for (const id of ["drop-here", "folder"]) document.getElementById(id).hidden = false;
  for (const id of ["files-input", "folder-input"]) {
    const input = document.getElementById(id);
    const take = () => {
      const { files, inside } = chosen(input.files);
      add(files, inside);
      input.value = "";
    };
    input.addEventListener("change", take);
    // On a slow line the files are chosen before this script is here.
    if (input.files.length) take();
  }
  list.addEventListener("click", (event) => {
    const button = event.target.closest(".remove");
    if (!button) return;
    event.preventDefault();
    takeOut(all().find((entry) => entry.row === button.closest("li")));
  });
  window.addEventListener("beforeunload", (event) => {
    if (active) event.preventDefault();
  });
  const drop = root.querySelector(".drop");
  const over = (event, on) => {
    event.preventDefault();
    drop.classList.toggle("over", on);
  };
  drop.addEventListener("dragover", (event) => over(event, true));
  drop.addEventListener("dragleave", (event) => over(event, false));
  drop.addEventListener("drop", async (event) => {
    over(event, false);
    const { files, inside } = await dropped(event.dataTransfer);
    add(files, inside);
  });
}

start();
