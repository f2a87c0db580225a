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
    if (ours.textContent !== theirs.textContent) ours.replaceWith(document.importNode(theirs, true));
    return true;
  }
  location.reload();
  return false;
}
