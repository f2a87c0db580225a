// A page is rendered by the server alone; scripts fetch it and take its parts.

const KEPT = 12; // pages held, so that turning back is instant
const held = new Map();

/** The document at an address, as parsed HTML, with its final address. */
export async function fetchPage(address, { fresh = false } = {}) {
  if (!fresh && held.has(address)) return held.get(address);
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  if (!(response.headers.get("Content-Type") || "").startsWith("text/html")) {
    throw new Error(`not a page: ${address}`);
  }
  const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
  const page = { ok: response.ok, address: response.url, parsed };
  if (response.ok) hold(address, page);
  return page;
}

function hold(address, page) {
  held.delete(address);
  held.set(address, page);
  if (held.size > KEPT) held.delete(held.keys().next().value);
}

/** Put the part with this id from another document in place of ours. */
export function takePart(id, parsed) {
  const ours = document.getElementById(id);
  const theirs = parsed.getElementById(id);
  if (ours && theirs) ours.replaceWith(document.importNode(theirs, true));
  else if (ours) ours.remove();
  return document.getElementById(id);
}
