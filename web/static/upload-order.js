// The order of the pages, by dragging and by the arrows; without JavaScript the arrows ask the server.

const form = document.getElementById("order");
const list = form.querySelector("ol");
let dragged = null;

function renumber(row) {
  [...list.children].forEach((each, place) => {
    each.querySelector(".place").textContent = place + 1;
  });
  const place = [...list.children].indexOf(row) + 1;
  const said = form.dataset.moved.replace("{name}", row.dataset.name).replace("{n}", place);
  document.getElementById("moved").textContent = said;
  keep();
}

/** The server keeps the order as it is now, so that a closed browser loses none of it. */
async function keep() {
  const order = [...list.querySelectorAll("input[name=file]")].map((input) => input.value);
  const deposit = form.action.split("/").at(-2);
  try {
    await fetch(`/upload/deposits/${deposit}/order`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
      body: JSON.stringify({ order }),
    });
  } catch {
    // The form sends the order once more.
  }
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=up], button[name=down]");
  if (!button) return;
  event.preventDefault();
  const row = button.closest("li");
  const other = button.name === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (button.name === "up") other.before(row);
  else other.after(row);
  button.focus();
  renumber(row);
});

for (const row of list.children) row.draggable = true;
list.addEventListener("dragstart", (event) => {
  dragged = event.target.closest("li");
  dragged.classList.add("dragged");
  event.dataTransfer.effectAllowed = "move";
});
list.addEventListener("dragover", (event) => {
  const row = event.target.closest("li");
  if (!dragged || !row || row === dragged) return;
  event.preventDefault();
  const { top, height } = row.getBoundingClientRect();
  if (event.clientY < top + height / 2) row.before(dragged);
  else row.after(dragged);
});
list.addEventListener("drop", (event) => event.preventDefault());
list.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("dragged");
  renumber(dragged);
  dragged = null;
});
