// For a section of a month: what the numbers come to while they are typed, and what was typed when a save did not
// get through. The page does without: it says the result once it is saved, and the server keeps what reaches it.
import { numbers, inWords } from "./result.js";
import { keptFor, keep, forget } from "./kept.js";

const form = document.querySelector("form[data-section]");

function field(name) {
  const found = form.elements[name];
  return found && "value" in found ? found : null;
}

for (const output of form.querySelectorAll("output[data-kind]")) {
  const entry = output.closest("fieldset");
  const value = (name) => field(`${output.dataset.code}-${name}`)?.value ?? "";
  entry.addEventListener("input", () => {
    output.textContent = value("no_data_reason") ? "" : inWords(numbers(value), output.dataset);
  });
}

// What this person has changed: a hidden field says what stood there before.
function changed() {
  const found = {};
  for (const before of form.querySelectorAll("input[type=hidden][name^=initial-]")) {
    const name = before.name.slice("initial-".length);
    const now = field(name);
    if (now && now.type !== "checkbox" && now.value !== before.value) found[name] = now.value;
  }
  return found;
}

form.addEventListener("submit", () => keep(location.pathname, changed()));

if (new URLSearchParams(location.search).has("leave")) forget();
let isRestored = false;
for (const [name, text] of Object.entries(keptFor(location.pathname) ?? {})) {
  const now = field(name);
  if (!now || now.value === text) continue;
  now.value = text;
  now.closest("details")?.setAttribute("open", "");
  now.dispatchEvent(new Event("input", { bubbles: true }));
  isRestored = true;
}
if (isRestored) document.querySelector("[data-not-saved]").hidden = false;
else forget();
