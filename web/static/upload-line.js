// Is the line up? Said once when it breaks (amber) and once when it is back (green).

const note = (id) => document.getElementById(id);
let isDown = false;

export function lineIsDown() {
  isDown = true;
  note("left").textContent = ""; // nobody knows how long it will take now
  note("line-restored").hidden = true;
  note("line-lost").hidden = false;
}

export function lineIsUp(number, sentence) {
  note("disk-full").hidden = true;
  if (!isDown) return;
  isDown = false;
  note("line-lost").hidden = true;
  const restored = note("line-restored");
  restored.querySelector("p").textContent = sentence.replace("{n}", number);
  restored.hidden = false;
}

export function showFull() {
  note("disk-full").hidden = false;
}

export function showSignedOut() {
  note("signed-out").hidden = false;
}
