// Django's autocomplete fields hide the select that their label names, and leave what stands in its place
// without a name. This gives it the label's words, also in rows that are added later.
"use strict";
{
  const labelOf = (select) => {
    const label = select && select.id && document.querySelector(`label[for="${select.id}"]`);
    if (label) label.id = label.id || `${select.id}_label`;
    return label;
  };

  const nameOne = (selection, label) => {
    const chosen = selection.querySelector(".select2-selection__rendered");
    selection.setAttribute("aria-labelledby", chosen ? `${label.id} ${chosen.id}` : label.id);
    if (chosen) {
      chosen.removeAttribute("role");
      chosen.removeAttribute("aria-readonly");
    }
  };

  // Here the focus is in the box for searching, which stands at the end of a list of what was chosen.
  const nameSeveral = (selection, label) => {
    const chosen = selection.querySelector(".select2-selection__rendered");
    const box = selection.querySelector(".select2-search__field");
    const clear = selection.querySelector(".select2-selection__clear");
    chosen.id = chosen.id || `${label.id}_chosen`;
    selection.setAttribute("aria-labelledby", label.id);
    if (box) {
      box.setAttribute("aria-labelledby", label.id);
      box.setAttribute("aria-describedby", chosen.id);
    }
    if (clear) clear.setAttribute("aria-hidden", "true"); // for a mouse alone, and no member of the list
  };

  const nameSelection = (selection) => {
    const container = selection.closest(".select2-container");
    const label = labelOf(container && container.previousElementSibling);
    if (!label) return;
    selection.setAttribute("aria-controls", `select2-${label.htmlFor}-results`); // select2 says aria-owns, as of old
    (selection.matches(".select2-selection--multiple") ? nameSeveral : nameOne)(selection, label);
  };

  const nameBoxThatOpened = (box) => {
    const id = /^select2-(.+)-results$/.exec(box.getAttribute("aria-controls") || "");
    const label = labelOf(id && document.getElementById(id[1]));
    if (label) box.setAttribute("aria-labelledby", label.id);
  };

  const nameAll = () => {
    document.querySelectorAll(".select2-selection").forEach(nameSelection);
    document.querySelectorAll(".select2-search--dropdown .select2-search__field").forEach(nameBoxThatOpened);
  };
  new MutationObserver(nameAll).observe(document.documentElement, { childList: true, subtree: true });
  nameAll();
}
