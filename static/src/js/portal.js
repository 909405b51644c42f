// Every page works without this file. It only shortens the way.
import {
  Button,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  Radios,
  SkipLink,
  createAll,
} from "nhsuk-frontend";
import { enableLeavingQuickly } from "./exit.js";

enableLeavingQuickly(); // first, so that a fault in what follows cannot keep anyone here

document.documentElement.classList.add("cc-js");
document.body.classList.add("js-enabled", "nhsuk-frontend-supported");

for (const component of [Button, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, SkipLink]) {
  createAll(component);
}
