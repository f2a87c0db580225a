// Authors, titles and folders under the search field while a question is typed.
// Enter in the field always searches; the down arrow goes into the list.

const PAUSE = 200; // ms without a key before the server is asked
const SHORTEST = 2; // letters

/** Give a search form its suggestions. */
export function startSuggestions(form) {
  const field = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.hidden = true;
  const told = document.createElement("span");
  told.className = "vh";
  told.setAttribute("role", "status");
  form.append(list, told);

  let timer = 0;
  let asked = "";

  const close = () => {
    list.hidden = true;
    told.textContent = "";
  };

  const draw = (found) => {
    list.replaceChildren(...found.map((suggestion) => row(suggestion, form.dataset)));
    list.hidden = found.length === 0;
    told.textContent = found.length ? form.dataset.found : "";
  };

  const ask = async () => {
    const q = field.value.trim();
    asked = q;
    if (q.length < SHORTEST) return close();
    try {
      const response = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(q)}`);
      if (response.ok && asked === q) draw(await response.json());
    } catch {
      close(); // without a line there are no suggestions, and searching still works
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  form.addEventListener("keydown", (event) => move(event, field, list, close));
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
}

function row(suggestion, kinds) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = suggestion.url;
  link.textContent = suggestion.label;
  if (kinds[suggestion.kind]) {
    const kind = document.createElement("small");
    kind.textContent = kinds[suggestion.kind];
    link.append(" ", kind);
  }
  item.append(link);
  return item;
}

function move(event, field, list, close) {
  if (list.hidden) return;
  const links = [...list.querySelectorAll("a")];
  const place = links.indexOf(document.activeElement);
  if (event.key === "Escape") {
    close();
    field.focus();
  } else if (event.key === "ArrowDown") {
    links[Math.min(place + 1, links.length - 1)].focus();
  } else if (event.key === "ArrowUp" && place >= 0) {
    (links[place - 1] || field).focus();
  } else {
    return;
  }
  event.preventDefault();
}
