// A page whose book is still being prepared looks again by itself.
import { fetchPage } from "./fragment.js";

const PERIOD = 10_000; // ms

/** Refresh the part marked `data-poll` until it is gone, then the whole page. */
export function startPolling() {
  if (document.querySelector("[data-poll]")) setTimeout(look, PERIOD);
}

async function look() {
  const ours = document.querySelector("[data-poll]");
  if (!ours) return;
  try {
    if (!document.hidden && !(await refresh(ours))) return;
  } catch {
    // The line is down; the next look may find it up again.
  }
  setTimeout(look, PERIOD);
}

/** True while there is still something to wait for. */
async function refresh(ours) {
  const { ok, parsed } = await fetchPage(ours.dataset.poll, { fresh: true });
  const theirs = parsed.querySelector("[data-poll]");
  if (!ok) return true;
  if (theirs) {
    if (ours.textContent !== theirs.textContent) exchange(ours, theirs);
    sayCounts(parsed);
    return true;
  }
  location.reload();
  return false;
}

/** Put the new part in place; what was opened stays open, and the focus where it was. */
function exchange(ours, theirs) {
  const fresh = document.importNode(theirs, true);
  for (const { id } of ours.querySelectorAll("details[open][id]")) {
    fresh.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  }
  const holder = ours.contains(document.activeElement) ? document.activeElement : null;
  const id = holder && (holder.id || holder.parentElement.id);
  ours.replaceWith(fresh);
  if (!holder) return;
  const again = id && document.getElementById(id);
  if (again && holder.matches("summary")) again.querySelector("summary").focus();
  else (again || document.getElementById("main")).focus();
}

/** What is read aloud when it changes: the region itself must stay where it is. */
function sayCounts(parsed) {
  for (const region of document.querySelectorAll("[data-poll-live]")) {
    const told = parsed.getElementById(region.id);
    if (!told || told.textContent === region.textContent) continue;
    region.replaceChildren(...[...told.childNodes].map((node) => document.importNode(node, true)));
  }
}
