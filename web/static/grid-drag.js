// Laying a page of the grid before another one with the mouse.

/** `moved` is told which page was laid before which. */
export function startDragging(grid, moved) {
  let dragged = null;
  const target = (event) => event.target.closest?.("#grid li");
  const clear = () => grid.querySelectorAll(".over").forEach((each) => each.classList.remove("over"));
  grid.addEventListener("dragstart", (event) => {
    dragged = target(event);
    dragged?.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged?.dataset.key || "");
  });
  grid.addEventListener("dragover", (event) => {
    if (!dragged || !target(event)) return;
    event.preventDefault();
    clear();
    target(event).classList.add("over");
  });
  grid.addEventListener("drop", (event) => {
    const before = target(event);
    if (!dragged || !before) return;
    event.preventDefault();
    moved(dragged.dataset.key, before.dataset.key.replace(/^gap-/, ""));
  });
  grid.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    clear();
    dragged = null;
  });
}
