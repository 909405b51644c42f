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
    if (mine === asked && answer.ok && before && now) before.replaceWith(now); // it stays where it was scrolled to
  };
  button.form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 500);
  });
}
