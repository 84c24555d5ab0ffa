// QA: the real id behind a pseudonym, where the authority hides ids. One at a time; the server records each look. Keeps nothing.
import {html} from "./markup.js";
import {api} from "./data.js";
import {faultWords, shell} from "./page.js";

/** The page. */
export function realIdPage(): HTMLElement {
  const box = html`<input id="pseudonym" autocomplete="off" spellcheck="false" placeholder="P-…">` as HTMLInputElement;
  const answer = html`<p role="status"></p>`;
  const form = html`<form class="filter-bar" role="search"><label for="pseudonym">Pseudonym</label>${box}<button>Look up</button></form>`;
  form.addEventListener("submit", (event: Event) => {
    event.preventDefault();
    void ask(box.value.trim().toUpperCase());
  });
  return html`<div class="page">${shell()}<p class="intro">Lists and downloads name children, cases and workers by pseudonyms. Each look at the real id is written down with your name.</p>${form}${answer}</div>`;

  async function ask(pseudonym: string): Promise<void> {
    answer.textContent = "Looking…";
    try {
      const {id} = await api<{id: string}>(`api/real-id?${new URLSearchParams({pseudonym})}`);
      answer.textContent = `${pseudonym} is ${id}.`;
    } catch (error) {
      answer.textContent = (error as {fault?: string}).fault === "no-run" ? "No id of this run has that pseudonym, or ids are not hidden here." : faultWords(error).text;
    }
  }
}
