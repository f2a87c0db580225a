// What every page gains from JavaScript; all of it works without.
import { startSearchKey } from "./keys.js";
import { startPolling } from "./poll.js";
import { startSuggestions } from "./suggest.js";

document.querySelectorAll("form[data-suggest]").forEach(startSuggestions);
startSearchKey();
startPolling();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
