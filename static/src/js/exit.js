// Leaving quickly, as the GOV.UK design system's "exit this page" behaves: a press on an exit link, or Shift three
// times, covers the page at once and puts the neutral page in its place. Without this file the links only lead there.
const PRESSES = 3;
const PATIENCE = 5000; // milliseconds between two presses
const MESSAGE_STAYS = 3000;

const TO_GO = { 1: "Press Shift two more times to exit this page.", 2: "Press Shift once more to exit this page." };
const TOO_SLOW = "You are still here. To exit, press Shift three times again.";

export function enableLeavingQuickly() {
  const links = document.querySelectorAll("[data-exit]");
  if (!links.length) return;
  const { href } = links[0];
  const counter = new Counter(links[0].closest("aside") ?? document.body);

  // Any press leaves: one with Ctrl would open the other page and leave this one standing.
  for (const link of links) {
    for (const kind of ["click", "auxclick"]) {
      link.addEventListener(kind, (event) => {
        if (event.button === 2) return; // the browser's own menu
        event.preventDefault();
        leave(href);
      });
    }
  }
  countShift(counter, () => leave(href));
}

function leave(href) {
  document.documentElement.classList.add("cc-leaving");
  document.title = "Loading";
  const cover = document.createElement("div");
  cover.className = "cc-cover";
  cover.setAttribute("role", "alert");
  document.body.append(cover);
  cover.textContent = "Loading";
  location.replace(href); // this page is no longer in the list of pages to go back to
}

// Shift alone, three times: not as part of a capital letter, a shortcut or a selection with the mouse.
function countShift(counter, whenComplete) {
  let isAlone = false;
  let timer;

  const forget = () => {
    isAlone = false;
    clearTimeout(timer);
    counter.clear();
  };
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Shift" || event.ctrlKey || event.altKey || event.metaKey) forget();
      else if (!event.repeat) isAlone = true;
    },
    true,
  );
  document.addEventListener("pointerdown", forget, true);
  document.addEventListener(
    "keyup",
    (event) => {
      if (event.key !== "Shift" || !isAlone) return;
      isAlone = false;
      clearTimeout(timer);
      if (counter.add() >= PRESSES) {
        counter.clear();
        whenComplete();
        return;
      }
      timer = setTimeout(() => counter.giveUp(), PATIENCE);
    },
    true,
  );
}

// How many presses: three circles for the eye, a sentence for eye and ear.
class Counter {
  constructor(place) {
    this.presses = 0;
    this.box = document.createElement("div");
    this.box.className = "cc-exit-count";
    this.circles = document.createElement("span");
    this.circles.className = "cc-exit-count__circles";
    this.circles.setAttribute("aria-hidden", "true");
    for (let n = 0; n < PRESSES; n += 1) this.circles.append(document.createElement("span"));
    this.words = document.createElement("span");
    this.words.setAttribute("role", "status");
    this.box.append(this.circles, this.words);
    place.append(this.box);
  }

  add() {
    this.presses += 1;
    this.show(TO_GO[this.presses] ?? "");
    return this.presses;
  }

  clear() {
    this.presses = 0;
    if (this.words.textContent) this.show("");
  }

  giveUp() {
    this.presses = 0;
    this.show(TOO_SLOW);
    this.timer = setTimeout(() => this.show(""), MESSAGE_STAYS);
  }

  show(words) {
    clearTimeout(this.timer);
    this.words.textContent = words;
    this.box.classList.toggle("cc-exit-count--on", words !== "");
    [...this.circles.children].forEach((circle, n) => circle.classList.toggle("on", n < this.presses));
  }
}
