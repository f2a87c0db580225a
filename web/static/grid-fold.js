// Where a spread will be cut in two, drawn over its picture while the slider moves.

/** Follow the slider of the panel, if there is one. */
export function startFold(root) {
  const slider = root.querySelector("input[data-fold]");
  const sheet = root.querySelector(".sheet");
  if (!slider || !sheet || slider.dataset.started) return;
  slider.dataset.started = "true";
  const fold = document.createElement("span");
  fold.className = "fold";
  const place = () => {
    fold.style.left = `${slider.value}%`;
  };
  slider.closest("details").addEventListener("toggle", (event) => {
    if (event.target.open) sheet.append(fold);
    else fold.remove();
  });
  slider.addEventListener("input", place);
  place();
}
