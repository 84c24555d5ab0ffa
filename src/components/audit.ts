// Who looked: the audit trail for the analyst: who was shown what, when, in which role. The server answers, and records this asking too.
// Never shows a child's id: one is typed to ask who was given that child.
import {html} from "./markup.js";
import {api} from "./data.js";
import {asTable} from "./frame.js";
import {saveButton, type Table} from "./download.js";
import {capital, count, few} from "./format.js";
import {faultWords, page} from "./page.js";

/** A line of the audit trail, without the children's ids. */
export interface AuditEntry {
  n: number;
  at: string;
  who: string;
  roles: string[];
  action: string;
  asked: Record<string, string | number | boolean>;
  run: string | null;
  rows: number;
  outcome: string;
}

export interface AuditAnswer {
  total: number;
  entries: AuditEntry[];
  /** Whether every line holds, where that was asked. */
  whole?: {ok: boolean; entries: number; file?: string; line?: number; why?: string};
}

/** Parameters `who`, `child`, `limit`, `check`. */
const audit = (query: URLSearchParams) => api<AuditAnswer>(`api/audit?${query}`);

/** The page. */
export function auditPage(): HTMLElement {
  return page<AuditAnswer>({filters: "none", load: () => audit(new URLSearchParams()), view: auditView});
}

/** Entries as a table, newest first. */
export function auditTable(entries: readonly AuditEntry[]): Table {
  return {
    columns: ["When (UTC)", "Who", "Role", "Did", "Asked for", "Rows", "Outcome", "Run"],
    rows: entries.map((e) => [e.at.slice(0, 19).replace("T", " "), e.who, e.roles.join(", "), e.action, Object.entries(e.asked).map(([name, value]) => `${name} ${String(value)}`).join(", "), e.rows, e.outcome, e.run])
  };
}

/** Draws the page. */
export function auditView(first: AuditAnswer): Node {
  const who = html`<input id="audit-who" autocomplete="off">` as HTMLInputElement;
  const child = html`<input id="audit-child" autocomplete="off">` as HTMLInputElement;
  const answer = html`<div></div>`;
  const whole = html`<p role="status"></p>`;
  const check = html`<button type="button">Check that the trail is whole</button>` as HTMLButtonElement;
  const form = html`<form class="filter-bar" role="search"><label for="audit-who">Person</label>${who}<label for="audit-child">Child’s id</label>${child}<button>Show</button></form>`;
  form.addEventListener("submit", (event: Event) => {
    event.preventDefault();
    void ask();
  });
  check.addEventListener("click", () => void verify());
  show(first);
  return html`<div class="frames">
    <p class="lede">Every look at a child’s record is written down before it is given, and so is each reading of this page. The trail is kept with the data, on the server; nobody can change it here.</p>
    ${form}
    <section class="panel"><h2>Looks, newest first</h2>${answer}</section>
    <section class="panel"><h2>Is the trail whole?</h2><p>Each line is bound to the one before, so that a changed, removed or added line shows.</p><div class="tools">${check}</div>${whole}</section>
  </div>`;

  async function ask(): Promise<void> {
    const query = new URLSearchParams();
    if (who.value.trim()) query.set("who", who.value.trim());
    if (child.value.trim()) query.set("child", child.value.trim());
    answer.replaceChildren(html`<p class="quiet">Reading the trail…</p>`);
    try {
      show(await audit(query));
    } catch (error) {
      fail(error);
    }
  }

  function show({total, entries}: AuditAnswer): void {
    const table = auditTable(entries);
    const download = saveButton("who-looked.csv", table);
    answer.replaceChildren(
      entries.length ? html`<div><p class="quiet" role="status">${total > entries.length ? `The newest ${count(entries.length)} of ${count(total)} entries.` : `${capital(few(total))} ${total === 1 ? "entry" : "entries"}.`}</p>${asTable(table, "Who looked at what, newest first")}<div class="tools">${download}</div></div>` : html`<p role="status">Nobody.</p>`
    );
  }

  async function verify(): Promise<void> {
    whole.textContent = "Checking every line…";
    try {
      const {whole: verdict} = await audit(new URLSearchParams({check: "yes", limit: "1"}));
      whole.textContent = verdict?.ok ? `Whole: ${count(verdict.entries)} entries, each bound to the one before.` : `Not whole: ${verdict?.file ?? ""}, line ${verdict?.line ?? ""}: ${verdict?.why ?? "it could not be read"}. Keep a copy of the folder and tell whoever answers for information governance.`;
    } catch (error) {
      whole.textContent = faultWords(error).text;
    }
  }

  function fail(error: unknown): void {
    const words = faultWords(error);
    answer.replaceChildren(html`<p role="alert"><b>${words.title}.</b> ${words.text}</p>`);
  }
}
