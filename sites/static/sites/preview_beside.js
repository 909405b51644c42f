// The preview beside a form follows what is typed. Without this, its button does it.
"use strict";
{
  const button = document.querySelector("[formtarget=preview]");
  const frame = document.querySelector("iframe[name=preview]");
  let waiting = 0;
  let asked = 0;
  const refresh = async () => {
    const mine = ++asked;
    const answer = await fetch(button.formAction, { method: "POST", body: new FormData(button.form) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const before = frame.contentDocument.querySelector("main");
    const now = page.querySelector("main");
    if (mine !== asked || !answer.ok || !before || !now) return;
    before.replaceWith(now); // it stays where it was scrolled to
    showPlace();
  };
  // The panel that is being typed, found by its heading; of the other fields, nothing moves.
  const showPlace = () => {
    const heading = document.activeElement.closest(".inline-related")?.querySelector("[name$=-heading]")?.value.trim();
    if (!heading) return;
    const found = [...frame.contentDocument.querySelectorAll("h3")].find((each) =>
      each.textContent.trim().endsWith(heading),
    );
    if (!found) return;
    const inside = frame.contentWindow;
    inside.scrollTo(0, inside.scrollY + found.getBoundingClientRect().top - inside.innerHeight / 3);
  };
  button.form.addEventListener("focusin", showPlace);
  button.form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 500);
  });
}
