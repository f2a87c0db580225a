// The grid of a book's pages: only the rows in view are drawn, whatever the book's
// length. What a person does is shown at once, confirmed by the server, and taken
// back in words when it was not saved. Without this script the same forms work.
import { fetchPage, takePart } from "./fragment.js";
import { inField } from "./keys.js";
import { drawTile, keyOf } from "./grid-tile.js";
import { startDragging } from "./grid-drag.js";
import { startFold } from "./grid-fold.js";
import { startWaiting } from "./grid-wait.js";

const SPARE_ROWS = 2; // drawn above and below the window
const SETTLE = 120; // ms before the panel follows the arrows
const REST = 700; // ms after the last change
const DOUBTFUL = new Set(["doubtful", "rejected", "gap"]);
const grid = document.getElementById("grid");
const state = {
  tiles: [],
  chosen: "",
  undo: [],
  busy: Promise.resolve(),
  changes: 0, // made so far: an answer to an earlier question is an old one
  drawn: new Map(),
};

if (grid) start();
startFold(document);

async function start() {
  const book = await ask(address("tiles.json"));
  if (!book) return;
  state.chosen = grid.querySelector("[aria-current]")?.closest("li").dataset.key || "";
  take(book);
  document.getElementById("leaves")?.remove();
  for (const item of grid.children) {
    // One without a picture may have it by now.
    if (!item.querySelector(".none")) state.drawn.set(item.dataset.key, item);
  }
  draw();
  reveal(state.chosen, false);
  addEventListener("scroll", draw, { passive: true, capture: true });
  addEventListener("resize", draw);
  grid.addEventListener("click", (event) => choose(event));
  document.addEventListener("keydown", press);
  document.addEventListener("submit", submit);
  startDragging(grid, (page, before) => {
    state.chosen = page;
    move(page, before);
  });
  startWaiting({
    waits,
    ask: (pages) => ask(address("ended.json", pages)),
    ended,
    changes: () => state.changes,
  });
  grid.dataset.ready = "true";
}

function address(end, pages = []) {
  const asked = new URLSearchParams(pages.map((page) => ["page", page]));
  if (grid.dataset.show !== "all") asked.set("show", grid.dataset.show);
  const query = asked.toString();
  return `/desk/pages/${grid.dataset.work}/${end}${query && `?${query}`}`;
}

/** What the server says, or nothing when it does not. */
async function ask(where) {
  const answer = await fetch(where, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

/** What the server says of the book. */
function take(book) {
  state.tiles = book.tiles;
  const chips = document.querySelectorAll("#counts a");
  [["All", book.total], ["Doubtful", book.doubtful], ["Accepted", book.accepted]].forEach(
    ([name, count], place) => {
      chips[place].textContent = grid.dataset[`count${name}`].replace("{}", count);
    },
  );
}

// --- drawing the rows in view -------------------------------------------------

function measures() {
  const style = getComputedStyle(grid);
  const columns = style.gridTemplateColumns.split(" ").length;
  return { columns, row: parseFloat(style.gridAutoRows) };
}

/** What the rows are seen through: a box of its own beside the panel, else the window. */
function view() {
  const box = grid.parentElement;
  if (getComputedStyle(box).overflowY !== "auto") return { top: 0, height: innerHeight, through: window };
  return { top: box.getBoundingClientRect().top, height: box.clientHeight, through: box };
}

function draw() {
  const { columns, row } = measures();
  const rows = Math.ceil(state.tiles.length / columns);
  const { top, height } = view();
  const above = top - grid.getBoundingClientRect().top;
  const first = Math.min(Math.max(0, Math.floor(above / row) - SPARE_ROWS), Math.max(0, rows - 1));
  const last = Math.min(rows, Math.ceil((above + height) / row) + SPARE_ROWS);
  // As high while its rows are exchanged: a box that is lower for a moment scrolls up.
  grid.style.minHeight = `${rows * row}px`;
  grid.style.paddingTop = `${first * row}px`;
  grid.style.paddingBottom = `${Math.max(0, rows - Math.max(last, first)) * row}px`;
  const shown = [];
  for (let place = first * columns; place < Math.min(last * columns, state.tiles.length); place++) {
    shown.push(item(state.tiles[place], place));
  }
  if (shown.length !== grid.children.length || shown.some((each, n) => grid.children[n] !== each)) {
    const focused = document.activeElement?.closest?.("#grid li")?.dataset.key;
    grid.replaceChildren(...shown);
    if (focused) link(focused)?.focus({ preventScroll: true });
  }
  forget(new Set(shown));
}

/** The drawing of a tile: the one that is there, if it still says the same. */
function item(tile, place) {
  const key = keyOf(tile);
  const told = JSON.stringify(tile.slice(2));
  let found = state.drawn.get(key);
  if (!found || (found.dataset.told && found.dataset.told !== told)) {
    found = drawTile(tile, grid.dataset);
    state.drawn.set(key, found);
  }
  found.dataset.told = told;
  found.draggable = tile[3] !== "gap" && grid.dataset.show === "all";
  found.setAttribute("aria-setsize", state.tiles.length);
  found.setAttribute("aria-posinset", place + 1);
  const anchor = found.firstElementChild;
  if (key === state.chosen) anchor.setAttribute("aria-current", "true");
  else anchor.removeAttribute("aria-current");
  return found;
}

function forget(shown) {
  if (state.drawn.size < 300) return;
  for (const [key, node] of state.drawn) if (!shown.has(node)) state.drawn.delete(key);
}

const link = (key) => grid.querySelector(`[data-key="${CSS.escape(key)}"] a`);
const pictureOf = (key) => state.tiles[placeOf(key)]?.[4];
const placeOf = (key) => state.tiles.findIndex((tile) => keyOf(tile) === key);

/** Bring a tile into view, and the keyboard to it. */
function reveal(key, focus = true) {
  const place = placeOf(key);
  if (place < 0) return;
  const { columns, row } = measures();
  const { top, height, through } = view();
  const at = grid.getBoundingClientRect().top + Math.floor(place / columns) * row - top;
  if (at < 0 || at + row > height) through.scrollBy(0, at - Math.min(row, height / 3));
  draw();
  if (focus) link(key)?.focus({ preventScroll: true });
}

// --- choosing -------------------------------------------------------------------

const hasPanel = () => document.getElementById("panel").offsetParent !== null;

function choose(event) {
  const chosen = event.target.closest("li");
  if (!chosen || event.ctrlKey || event.metaKey || event.shiftKey || !hasPanel()) return;
  event.preventDefault();
  if (chosen.dataset.key !== state.chosen) select(chosen.dataset.key);
}

let settling = 0;
function select(key) {
  state.chosen = key;
  reveal(key);
  clearTimeout(settling);
  settling = setTimeout(showPanel, SETTLE);
}

async function showPanel() {
  if (!hasPanel()) return;
  const key = state.chosen;
  const place = `/desk/pages/${grid.dataset.work}/pages/${key}`;
  const page = await fetchPage(place, { fresh: true });
  const body = page.parsed.getElementById("panel-body");
  if (!page.ok || !body || key !== state.chosen) return;
  document.getElementById("panel-body").replaceWith(document.importNode(body, true));
  document.getElementById("panel-name").textContent = page.parsed.querySelector("h1").textContent;
  startFold(document);
}

/** What stands above the grid: how many pages wait for a look, and what can be accepted. */
let summing = 0;
async function showSummary() {
  const page = await fetchPage(location.href, { fresh: true }).catch(() => null);
  if (page?.ok) takePart("summary", page.parsed);
}

// --- keys -----------------------------------------------------------------------

function press(event) {
  if (document.documentElement.dataset.keys === "off" || inField(event.target)) return;
  if (event.altKey || event.metaKey || event.isComposing) return;
  const act = event.ctrlKey ? withCtrl(event) : plain(event);
  if (!act) return;
  event.preventDefault();
  act();
}

function withCtrl(event) {
  return event.code === "KeyZ" && !event.shiftKey ? undo : null;
}

function plain(event) {
  const { columns } = measures();
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  if (event.code in steps) {
    const step = steps[event.code];
    return event.shiftKey ? () => shift(step) : () => walk(step);
  }
  const inGrid = grid.contains(event.target) || event.target === document.body;
  if (event.shiftKey || !state.chosen || !inGrid) return null;
  if (event.code === "Enter" || event.code === "NumpadEnter") return hasPanel() ? accept : null;
  return event.code === "KeyR" && !isGap(state.chosen) ? () => turn() : null;
}

const isGap = (key) => state.tiles[placeOf(key)]?.[3] === "gap";

function walk(step) {
  const place = Math.min(Math.max(0, placeOf(state.chosen) + step), state.tiles.length - 1);
  if (state.tiles[place]) select(keyOf(state.tiles[place]));
}

function accept() {
  const place = placeOf(state.chosen);
  const page = state.tiles[place][0];
  const next =
    state.tiles.slice(place + 1).find((tile) => DOUBTFUL.has(tile[3])) || state.tiles[place + 1];
  send({ action: "accept", page }, () => {
    state.tiles = state.tiles.filter((tile) => tile[3] !== "gap" || tile[0] !== page);
    replace(page, (tile) => [...tile.slice(0, 3), "accepted", tile[4], []]);
  });
  if (next) select(keyOf(next));
}

function turn() {
  const page = state.chosen;
  send({ action: "turn", page, by: "90" }, () => replace(page, (tile) => [...tile.slice(0, 4), 0, []]));
}

function replace(page, change) {
  state.tiles = state.tiles.map((tile) =>
    tile[0] === page && tile[3] !== "gap" ? change(tile) : tile,
  );
}

function shift(step) {
  if (grid.dataset.show !== "all" || isGap(state.chosen)) return;
  const pages = state.tiles.filter((tile) => tile[3] !== "gap");
  const from = pages.findIndex((tile) => tile[0] === state.chosen);
  const to = Math.min(Math.max(0, from + step), pages.length - 1);
  if (to === from) return;
  const before = pages[to > from ? to + 1 : to];
  move(state.chosen, before ? before[0] : "");
}

/** Put a page before another one ("": at the end). */
function move(page, before) {
  if (page === before) return;
  send({ action: "move", page, before, ...(before ? {} : { place: "99999" }) }, () => {
    const moved = state.tiles.find((tile) => tile[0] === page && tile[3] !== "gap");
    const rest = state.tiles.filter((tile) => tile !== moved);
    const found = before ? rest.findIndex((tile) => tile[0] === before) : rest.length;
    rest.splice(found, 0, moved);
    state.tiles = rest;
  });
  reveal(page);
}

// --- pictures that are being made ----------------------------------------------

/** The pages in view, and the chosen one, that have no picture yet. */
function waits() {
  const near = new Set([...grid.children].map((each) => each.dataset.key).concat(state.chosen));
  return state.tiles.filter((tile) => !tile[4] && near.has(keyOf(tile)) && tile[3] !== "gap").map(
    (tile) => tile[0],
  );
}

function ended() {
  state.busy = state.busy.then(refresh);
  return state.busy;
}

// --- telling the server ---------------------------------------------------------

/** Show a change at once, then let the server do it; one after the other. */
function send(fields, change, { undoing = false } = {}) {
  const before = state.tiles;
  state.changes += 1;
  if (change) change();
  draw();
  say(grid.dataset.saving);
  state.busy = state.busy.then(() => deliver(fields, before, undoing, Boolean(change)));
  return state.busy;
}

async function deliver(fields, before, undoing, isShown) {
  try {
    const body = new FormData();
    const token = document.querySelector("input[name=csrf_token]").value;
    for (const [name, value] of Object.entries({ ...fields, csrf_token: token })) body.set(name, value);
    const headers = { Accept: "application/json" };
    const answer = await fetch(address("do"), { method: "POST", body, headers });
    if (answer.status === 409) return refused(before, (await answer.json()).refused);
    if (!answer.ok) return takeBack(before, grid.dataset.lost);
    const told = await answer.json();
    if (!undoing && told.undo.action) state.undo.push(told.undo);
    if (isShown) refreshSoon();
    else await refresh();
    say(undoing ? grid.dataset.undone : grid.dataset.saved);
    if (placeOf(state.chosen) < 0 && state.tiles.length) select(keyOf(state.tiles[0]));
    if (fields.page === state.chosen) showPanel();
    clearTimeout(summing);
    summing = setTimeout(showSummary, SETTLE);
  } catch {
    takeBack(before, grid.dataset.lost);
  }
}

let refreshing = 0;
/** What follows from a change (gaps, numbers, counts) is asked for when the hand rests. */
function refreshSoon() {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => {
    state.busy = state.busy.then(refresh);
  }, REST);
}

async function refresh() {
  const since = state.changes;
  const book = await ask(address("tiles.json")).catch(() => null);
  if (!book || since !== state.changes) return;
  const before = pictureOf(state.chosen);
  take(book);
  draw();
  // Whoever asked first: the panel shows the same picture, larger. A picture that comes
  // late must not take the file away that was chosen meanwhile.
  if (pictureOf(state.chosen) !== before && !holdsFile()) showPanel();
}

const holdsFile = () =>
  [...document.querySelectorAll("#panel input[type=file]")].some((input) => input.files.length);

function refused(before, why) {
  takeBack(before, why);
  refreshSoon(); // somebody else may have been at work here
}

function takeBack(before, why) {
  state.tiles = before;
  draw();
  say(why, true);
}

function undo() {
  const last = state.undo.pop();
  if (!last) return say(grid.dataset.nothing);
  send(last, null, { undoing: true }).then(() => select(last.page));
}

function say(words, bad = false) {
  const said = document.getElementById("said");
  said.textContent = words;
  said.classList.toggle("bad", bad);
}

function submit(event) {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form, event.submitter));
  send(fields);
}
