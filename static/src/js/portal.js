// Every page works without this file. It only shortens the way.
import {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  Radios,
  SkipLink,
  createAll,
} from "nhsuk-frontend";
import { enableLeavingQuickly } from "./exit.js";
import { forgetElsewhere } from "./kept.js";

enableLeavingQuickly(); // first, so that a fault in what follows cannot keep anyone here

document.documentElement.classList.add("cc-js");
document.body.classList.add("js-enabled", "nhsuk-frontend-supported");

// ARIA allows aria-expanded on checkboxes and not on radios; what a radio reveals is the next stop of Tab.
class RevealingRadios extends Radios {
  syncConditionalRevealWithInputState($input) {
    super.syncConditionalRevealWithInputState($input);
    $input.removeAttribute("aria-expanded");
  }
}

// A box at the end of a long fieldset is not seen from the fieldset's legend: then the page goes to its label.
class NearErrorSummary extends ErrorSummary {
  getAssociatedLegendOrLabel($input) {
    const $found = super.getAssociatedLegendOrLabel($input);
    const top = $found ? $found.getBoundingClientRect().top : -Infinity;
    const isFar = $input.getBoundingClientRect().bottom - top > window.innerHeight / 2;
    return (isFar && document.querySelector(`label[for="${CSS.escape($input.id)}"]`)) || $found;
  }
}

for (const component of [Button, Checkboxes, NearErrorSummary, NotificationBanner, PasswordInput, RevealingRadios, SkipLink]) {
  createAll(component);
}

// As selfharm_portal/long_text.py counts: words between spaces, characters whole and not in halves of an emoji.
createAll(CharacterCount, {
  countFunction: (text, { config }) =>
    config.countType === "words" ? text.split(/\s+/).filter(Boolean).length : [...text].length,
});

forgetElsewhere();
