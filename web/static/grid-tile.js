// One tile of the grid, drawn as the server draws it: [page, place, label, state,
// the picture's version or 0, [[level, words] …]].

/** What names a tile among all of its book: a gap has the page behind it. */
export function keyOf(tile) {
  return tile[3] === "gap" ? `gap-${tile[0]}` : tile[0];
}

/** The list item; `words` are the sentences that the page brought along. */
export function drawTile(tile, words) {
  const [page, , label, state, version, tags] = tile;
  const item = document.createElement("li");
  item.dataset.key = keyOf(tile);
  item.className = ["bad", "warn"].find((level) => tags.some((tag) => tag[0] === level)) || "";
  const anchor = document.createElement("a");
  anchor.draggable = false; // the whole tile is: a picture that has not come cannot be dragged
  anchor.href = `/desk/pages/${words.work}/pages/${keyOf(tile)}`;
  anchor.append(picture(page, state, version, tags, words));
  anchor.append(part("vh", words.pageWord.replace("{}", label)));
  const number = part("no", label);
  number.setAttribute("aria-hidden", "true");
  anchor.append(number);
  if (state === "accepted") anchor.append(accepted(words));
  if (state !== "gap") for (const [level, text] of tags) anchor.append(part(`tag ${level}`, text));
  item.append(anchor);
  return item;
}

function part(name, text = "") {
  const made = document.createElement("span");
  made.className = name;
  made.textContent = text;
  return made;
}

function picture(page, state, version, tags, words) {
  if (state === "gap") return part("gap", tags[0][1]);
  if (!version) return part("face none", words.preparing);
  const face = part("face");
  const image = new Image();
  image.loading = "lazy";
  image.decoding = "async";
  image.alt = "";
  image.draggable = false;
  image.src = `/desk/pages/${page}/thumbnail?v=${version}`;
  face.append(image);
  return face;
}

function accepted(words) {
  const yes = part("yes");
  const drawing = document.querySelector("#check-icon svg");
  if (drawing) yes.append(drawing.cloneNode(true));
  yes.append(part("vh", words.accepted));
  return yes;
}
