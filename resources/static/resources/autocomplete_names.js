// Django's autocomplete fields hide the select that their label names, and leave what stands in its place
// without a name. This gives it the label's words, also in rows that are added later.
"use strict";
{
  const name = (selection) => {
    const container = selection.closest(".select2-container");
    const select = container && container.previousElementSibling;
    const label = select && select.id && document.querySelector(`label[for="${select.id}"]`);
    if (!label || selection.dataset.named) return;
    selection.dataset.named = "true";
    label.id = label.id || `${select.id}_label`;
    const rendered = selection.querySelector(".select2-selection__rendered");
    const value = rendered ? ` ${rendered.id}` : "";
    selection.setAttribute("aria-labelledby", `${label.id}${value}`);
    if (rendered) {
      rendered.removeAttribute("role");
      rendered.removeAttribute("aria-readonly");
    }
  };
  const nameAll = () => document.querySelectorAll(".select2-selection").forEach(name);
  new MutationObserver(nameAll).observe(document.documentElement, { childList: true, subtree: true });
  nameAll();
}
