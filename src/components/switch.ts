// A few choices of which one holds: radio buttons in a row. Redraws what its caller says; writes no URL.
import {html} from "./markup.js";

/** @param options value and text; @param chosen is told each new value */
export function choice(legend: string, name: string, options: [string, string][], now: string, chosen: (value: string) => void): HTMLElement {
  const set = html`<fieldset class="switch"><legend>${legend}</legend>${options.map(([value, text]) => html`<label><input type="radio" name=${name} value=${value} checked=${value === now}>${text}</label>`)}</fieldset>`;
  set.addEventListener("change", (event) => chosen((event.target as HTMLInputElement).value));
  return set;
}
