// What was typed on the one page whose save did not get through, in this tab alone, until another page is open.
const KEY = "typed";

export function keep(path, values) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ path, values }));
  } catch {
    // No storage, no copy: the page works as it does without a script.
  }
}

export function keptFor(path) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    return kept?.path === path ? kept.values : null;
  } catch {
    return null;
  }
}

export function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // nothing was kept
  }
}

// Any other page of ours that opens says that the save got through, or that the person went elsewhere.
export function forgetElsewhere() {
  if (!keptFor(location.pathname)) forget();
}
