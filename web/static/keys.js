// Keys are bound by their place on the keyboard (event.code): a Kazakh or a
// Russian layout is on, and the Kazakh one types letters on the number row, so
// digits are never bound. The visitor can switch single letters off.

/** Whether single letters may do something now. */
export function lettersAllowed(event) {
  return (
    document.documentElement.dataset.keys !== "off" && !inField(event.target) && !modified(event)
  );
}

/** Whether a key is being typed into something. */
export function inField(target) {
  return target.closest?.("input, textarea, select, [contenteditable]") !== null;
}

/** Whether the key belongs to the browser or the system. */
export function modified(event) {
  return event.ctrlKey || event.altKey || event.metaKey || event.isComposing;
}

/** The key `/` puts the cursor into the page's search field. */
export function startSearchKey() {
  document.addEventListener("keydown", (event) => {
    const slash = event.key === "/" || (event.code === "Slash" && !event.shiftKey);
    if (!slash || !lettersAllowed(event)) return;
    const field = document.querySelector("form[role=search] input[type=search]");
    if (!field || !field.offsetParent) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
}
