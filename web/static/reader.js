// The reader: turns pages without leaving them, walks from hit to hit, by key too.
// The server renders every page; its parts are fetched and put in place of ours.
import { fetchPage, takePart } from "./fragment.js";
import { inField, lettersAllowed, modified } from "./keys.js";
import { makeViewer } from "./viewer.js";

const PARTS = ["chapter", "zooms", "text-toggle", "files", "inside", "text", "strip", "foldbar"];
const narrow = matchMedia("(max-width: 60rem)");
const saving = navigator.connection?.saveData === true;
const byId = (id) => document.getElementById(id);
const reader = byId("reader");

let view = null; // the viewer, once there is an image to show in it
let turning = 0; // the newest turn asked for; an older answer is dropped

/** Show the reader's page at an address. */
async function show(address, { push = true } = {}) {
  const turn = ++turning;
  let page;
  try {
    page = await fetchPage(address);
  } catch {
    location.assign(address);
    return;
  }
  if (turn !== turning) return;
  if (!page.parsed.getElementById("reader")) {
    location.assign(address);
    return;
  }
  if (push) remember(page.address);
  put(page.parsed);
}

function remember(address) {
  if (location.hash) location.replace("#main"); // closes the panel opened by its anchor
  history.pushState(null, "", address);
}

function put(parsed) {
  const focused = focusMark();
  const theirs = parsed.getElementById("reader");
  reader.className = theirs.className;
  Object.assign(reader.dataset, theirs.dataset);
  document.title = parsed.title;
  byId("number").value = parsed.getElementById("number").value;
  PARTS.forEach((id) => takePart(id, parsed));
  putHitBar(parsed);
  putStage(parsed);
  dress();
  focused();
  byId("said").textContent = reader.querySelector("h1").textContent;
  soon(fetchNext);
}

function putHitBar(parsed) {
  if (byId("jump")) takePart("jump", parsed);
  else if (parsed.getElementById("jump")) {
    byId("inside").before(document.importNode(parsed.getElementById("jump"), true));
  }
}

/** Keep the viewer when both pages have an image; else take the new page as it is. */
function putStage(parsed) {
  const ours = byId("main");
  const theirs = document.importNode(parsed.getElementById("main"), true);
  const stage = theirs.querySelector("#stage");
  const before = ours.querySelector("#stage");
  if (view && stage && before) {
    before.querySelector(".sheet").replaceWith(stage.querySelector(".sheet"));
    Object.assign(before.dataset, stage.dataset);
    stage.replaceWith(before);
  } else {
    view = null;
  }
  ours.replaceWith(theirs);
  if (view) view.show(byId("stage"));
  else openViewer();
}

/** How to give the focus back after the parts were changed. */
function focusMark() {
  const active = document.activeElement;
  const onHit = active?.closest?.(".hits");
  const onStrip = active?.closest?.(".strip");
  const id = active?.id;
  return () => {
    if (onHit) byId("inside").querySelector("[aria-current]")?.focus();
    else if (onStrip) byId("strip").querySelector("[aria-current]")?.focus({ preventScroll: true });
    else if (id && byId(id) !== document.activeElement) byId(id)?.focus({ preventScroll: true });
  };
}

/** What the server cannot do: the buttons that need a script, the strip's place. */
function dress() {
  const root = document.documentElement;
  const button = byId("full-screen");
  if (button) button.hidden = !(root.requestFullscreen || root.webkitRequestFullscreen);
  centre(byId("strip").querySelector("[aria-current]"), byId("strip"), "x");
  if (!narrow.matches) {
    centre(byId("inside").querySelector("[aria-current]"), byId("inside"), "y");
    centre(byId("text").querySelector("mark.now"), byId("text"), "y");
  }
}

function centre(part, room, way) {
  if (!part || !room) return;
  const inner = part.getBoundingClientRect();
  const outer = room.getBoundingClientRect();
  if (way === "x") room.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
  else room.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
}

/** On a wide screen the viewer opens at once; on a phone when the page is touched. */
function openViewer() {
  const stage = byId("stage");
  if (!stage) return;
  if (!narrow.matches) {
    startViewer(stage);
    return;
  }
  stage.querySelector(".now")?.scrollIntoView({ block: "center" });
  stage.querySelector(".sheet").addEventListener(
    "dblclick",
    async () => {
      await startViewer(stage);
      view?.zoom(2);
    },
    { once: true },
  );
}

async function startViewer(stage) {
  try {
    view = await makeViewer(stage, imageFailed);
  } catch {
    view = null; // the plain image stays where it is
  }
}

function imageFailed() {
  const note = byId("image-failed");
  if (note) note.hidden = false;
  reader.classList.remove("without-text");
}

function soon(task) {
  if (window.requestIdleCallback) requestIdleCallback(task);
  else setTimeout(task, 500);
}

/** Have the next page at hand before it is asked for. */
function fetchNext() {
  const next = byId("next-page");
  if (next && !saving) fetchPage(next.href).catch(() => {});
}

function press(id) {
  byId(id)?.click();
}

async function moreOfStrip(address) {
  const { ok, parsed } = await fetchPage(address);
  if (ok && takePart("strip", parsed)) byId("strip").querySelector("a")?.focus();
}

function isTurn(link) {
  const here = location.pathname.replace(/[^/]+$/, "");
  return (
    link.origin === location.origin &&
    link.pathname.startsWith(here) &&
    !link.pathname.slice(here.length).includes("/") &&
    !link.hasAttribute("download")
  );
}

function clicked(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.shiftKey || modified(event)) return;
  if (link.id === "keys-help") {
    byId("keys").showModal?.();
  } else if (view && link.id === "zoom-in") {
    view.zoom(1);
  } else if (view && link.id === "zoom-out") {
    view.zoom(-1);
  } else if (link.getAttribute("href").startsWith("#") || !isTurn(link)) {
    return;
  } else if (link.classList.contains("go-on")) {
    moreOfStrip(link.href);
  } else {
    show(link.href, { push: link.id !== "text-toggle" });
    if (link.id === "text-toggle") history.replaceState(null, "", link.href);
  }
  event.preventDefault();
}

function submitted(event) {
  const form = event.target;
  if (form.method !== "get") return;
  event.preventDefault();
  show(`${form.action}?${new URLSearchParams(new FormData(form))}`);
}

function goTo(number) {
  const form = byId("number").form;
  const asked = new URLSearchParams(new FormData(form));
  asked.set("n", number);
  show(`${form.action}?${asked}`);
}

function lastPage() {
  return byId("number").form.textContent.replace(/\D/g, "");
}

function fullScreen() {
  const root = document.documentElement;
  const now = document.fullscreenElement || document.webkitFullscreenElement;
  if (now) (document.exitFullscreen || document.webkitExitFullscreen).call(document);
  else (root.requestFullscreen || root.webkitRequestFullscreen)?.call(root);
}

const LETTERS = {
  KeyN: (event) => press(event.shiftKey ? "previous-hit" : "next-hit"),
  KeyW: () => view?.whole(),
  KeyT: () => press("text-toggle"),
  KeyG: () => byId("number").select(),
  KeyF: fullScreen,
  Equal: () => view?.zoom(1),
  Minus: () => view?.zoom(-1),
  NumpadAdd: () => view?.zoom(1),
  NumpadSubtract: () => view?.zoom(-1),
};

const PAGES = {
  ArrowLeft: () => press("previous-page"),
  ArrowRight: () => press("next-page"),
  PageUp: () => press("previous-page"),
  PageDown: () => press("next-page"),
  Home: () => goTo(1),
  End: () => goTo(lastPage()),
};

const ARROWS = { ArrowLeft: [-80, 0], ArrowRight: [80, 0], ArrowUp: [0, -80], ArrowDown: [0, 80] };

function keyed(event) {
  if (byId("keys").open || modified(event) || inField(event.target)) return;
  const onStage = byId("stage")?.contains(document.activeElement);
  const upright = event.code === "ArrowUp" || event.code === "ArrowDown";
  if (view && onStage && ARROWS[event.code] && (upright || view.enlarged)) {
    view.pan(...ARROWS[event.code]);
  } else if (PAGES[event.code] && !event.shiftKey) {
    PAGES[event.code]();
  } else if (lettersAllowed(event) && event.shiftKey && event.code === "Slash") {
    byId("keys").showModal?.();
  } else if (lettersAllowed(event) && LETTERS[event.code]) {
    LETTERS[event.code](event);
  } else {
    return;
  }
  event.preventDefault();
}

reader.addEventListener("click", clicked);
reader.addEventListener("submit", submitted);
reader.addEventListener("click", (event) => {
  if (event.target.closest("#full-screen")) fullScreen();
});
document.addEventListener("keydown", keyed);
window.addEventListener("popstate", () => {
  if (!location.hash) show(location.href, { push: false });
});
dress();
openViewer();
soon(fetchNext);
