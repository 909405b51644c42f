// One tab stop for each chart: arrow keys, Home and End go from month to month, Escape leaves the months. A line above
// the chart says the month in the words of the table. Without this file all of it is in the table.
const NAMESPACE = "http://www.w3.org/2000/svg";

function shape(name, kind, attributes) {
  const $shape = document.createElementNS(NAMESPACE, name);
  $shape.setAttribute("class", kind);
  for (const [key, value] of Object.entries(attributes)) $shape.setAttribute(key, value);
  return $shape;
}

class Chart {
  constructor($root) {
    this.$reading = $root.querySelector(".c-chart__reading");
    this.rows = [...$root.querySelectorAll(".c-chart__row")];
    this.drawings = [...$root.querySelectorAll(".c-chart__drawing")];
    this.row = null;
    for (const $svg of this.drawings) {
      $svg.setAttribute("tabindex", "0");
      $svg.addEventListener("keydown", (event) => this.press(event, $svg));
      $svg.addEventListener("blur", () => this.leave());
    }
  }

  press(event, $svg) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const last = this.rows.length - 1;
    const before = this.row === null ? last : Math.max(0, this.row - 1);
    const after = this.row === null ? 0 : Math.min(last, this.row + 1);
    const next = { ArrowRight: after, ArrowUp: after, ArrowLeft: before, ArrowDown: before, Home: 0, End: last };
    if (event.key === "Escape" && this.row !== null) this.leave();
    else if (event.key in next) this.read(next[event.key], $svg);
    else return;
    event.preventDefault();
  }

  read(row, $svg) {
    this.leave();
    this.row = row;
    const [month, value, ...rest] = [...this.rows[row].cells].map(($cell) => $cell.firstChild?.textContent.trim());
    const $month = document.createElement("b");
    $month.textContent = `${month}: ${value}`;
    const $words = document.createElement("span");
    $words.textContent = `${rest.filter(Boolean).join(". ")}.`;
    this.$reading.replaceChildren($month, " ", $words);
    this.mark(row, $svg);
  }

  mark(row, $svg) {
    const $point = $svg.querySelector(`[data-row="${row}"]`);
    if (!$point) return;
    const box = $point.getBBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const radius = $svg.viewBox.baseVal.width < 300 ? 9 : 13;
    const foot = Number($svg.dataset.foot);
    const $mark = shape("g", "c-focus", { "aria-hidden": "true" });
    if (y < foot) {
      $mark.append(shape("path", "c-focus__line", { d: `M${x} ${y + radius}V${foot}`, stroke: "#212b32", "stroke-width": 2 }));
    }
    const ring = { cx: x, cy: y, r: radius, fill: "#ffeb3b", stroke: "#212b32", "stroke-width": 3 };
    $mark.append(shape("circle", "c-focus__ring", ring));
    const $copy = $point.parentNode.cloneNode(false);
    $copy.append($point.cloneNode(false));
    $mark.append($copy);
    for (const $copied of $mark.querySelectorAll("[data-row]")) $copied.removeAttribute("data-row");
    $svg.append($mark);
  }

  leave() {
    this.row = null;
    this.$reading.replaceChildren();
    for (const $svg of this.drawings) $svg.querySelector(".c-focus")?.remove();
  }
}

for (const $root of document.querySelectorAll("[data-chart]")) new Chart($root);
