// What typed numbers come to, in words, as measures/wording.py says it: read and rounded as measures/rules does.
const SPACES = " \u00a0\u2009\u202f";
const GROUPED = new RegExp(`^-?[1-9][0-9]{0,2}(,[0-9]{3}(,[0-9]{3})*|([${SPACES}][0-9]{3})+)([.][0-9]+)?$`);
const NUMBER = /^[0-9]+([.][0-9]+)?$/;

// Exact: digits over a power of ten, so that halves are rounded as the server rounds them.
function number(text) {
  const trimmed = text.trim();
  const plain = GROUPED.test(trimmed) ? trimmed.replace(new RegExp(`[,${SPACES}]`, "g"), "") : trimmed;
  if (!NUMBER.test(plain)) return null;
  const [whole, part = ""] = plain.split(".");
  const digits = part.replace(/0+$/, "");
  return { digits: BigInt(whole + digits), scale: 10n ** BigInt(digits.length) };
}

export function numbers(value) {
  return { numerator: number(value("numerator")), denominator: number(value("denominator")), value: number(value("value")) };
}

function withCommas(digits) {
  return digits.replace(/\B(?=([0-9]{3})+$)/g, ",");
}

// top over bottom with so many decimals, halves upwards
function divided(top, bottom, decimals) {
  const shifted = (2n * top * 10n ** BigInt(decimals) + bottom) / (2n * bottom);
  const text = String(shifted).padStart(decimals + 1, "0");
  const whole = withCommas(text.slice(0, text.length - decimals));
  return decimals ? `${whole}.${text.slice(-decimals)}` : whole;
}

function plain({ digits, scale }) {
  const decimals = String(scale).length - 1;
  return divided(digits, scale, decimals).replace(/,/g, "");
}

export function inWords({ numerator, denominator, value }, { kind, unit, one, decimals, multiplier }) {
  const isWhole = (read) => read !== null && read.scale === 1n;
  const withUnit = (text) => (unit.startsWith("%") ? text + unit : `${text} ${text === "1" ? one : unit}`);
  const places = Number(decimals);
  if (kind === "count") {
    return isWhole(numerator) ? withUnit(divided(numerator.digits, 1n, places)) : "";
  }
  if (!isWhole(denominator)) return "";
  const bottom = denominator.digits;
  const first = kind === "median_days" ? value : numerator;
  if (bottom === 0n) {
    const nothing = first === null ? kind === "median_days" : first.digits === 0n;
    return nothing ? "Nobody in this group" : "";
  }
  if (first === null || (["proportion", "rate"].includes(kind) && !isWhole(first))) return "";
  const people = withCommas(String(bottom));
  if (kind === "median_days") return `${withUnit(divided(first.digits, first.scale, places))} (${people} people)`;
  if (kind === "mean_score") {
    return `${withUnit(divided(first.digits, first.scale * bottom, places))} (${plain(first)} over ${people} forms)`;
  }
  const top = withCommas(String(first.digits));
  if (kind === "rate") {
    return `${withUnit(divided(first.digits * BigInt(multiplier), bottom, places))} (${top} among ${people})`;
  }
  return first.digits > bottom ? "" : `${top} of ${people} (${divided(100n * first.digits, bottom, places)}%)`;
}
