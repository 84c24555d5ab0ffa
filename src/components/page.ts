// The shell every page stands in: opens the run, shows the marking and the filter bar, draws, and says in words when it cannot.
// Knows no measure; a page hands it what to load and how to show it.
import {html} from "htl";
import type {MeasureDefinition, MeasureFile, Period, RunFile} from "../../etl/publish/published.ts";
import {at, me, openRun, watchRun, type DataError, type OpenRun} from "./data.js";
import {capital, count, day, dimensionText, periodBefore, shortDay, shortName, span} from "./format.js";
import {stampWorkbooks} from "./workbook.js";
import {endWalk} from "./walk.js";
import {choose, link, onState, state, suggest, type Group} from "./state.js";

/** What a view is given. */
export interface Context {
  open: OpenRun;
  run: RunFile;
  period: Period;
  /** The period to compare with; null when it is not published. */
  before: Period | null;
  group: Group | null;
  /** "Everyone", or the chosen group's label. */
  groupLabel: string;
}

export interface PageOptions<T> {
  /** Reads what the view needs; called again when the reader chooses differently. */
  load: (context: Context) => Promise<T>;
  view: (data: T, context: Context) => Node;
  /** Groups the filter bar offers; asked once, after the first drawing. */
  groups?: (context: Context) => Promise<GroupChoice[]>;
  /** "none": a page about the data itself, with no filter bar. */
  filters?: "all" | "none";
}

export interface GroupChoice extends Group {
  label: string;
}

/** Makes a page: returns its element at once and fills it as data arrives. */
export function page<T>(options: PageOptions<T>): HTMLElement {
  installTheme();
  installMenu();
  const status = html`<div class="status" role="status" aria-live="polite"><p class="quiet">Reading the figures…</p></div>`;
  const filters = html`<div class="filters"></div>`;
  const body = html`<div class="body"></div>`;
  const root = html`<div class="page">${filters}${status}${body}</div>`;
  void start();
  return root;

  async function start(): Promise<void> {
    status.replaceChildren(html`<p class="quiet">Reading the figures…</p>`);
    try {
      const open = await openRun();
      suggest({period: open.run.defaultPeriod});
      showRun(open.run);
      watchRun(open.run.run, () => showRefreshed());
      let choices: GroupChoice[] = [];
      const draw = async (): Promise<void> => {
        const context = contextOf(open, choices);
        if (options.filters !== "none") filters.replaceChildren(filterBar(context, choices));
        keepLinks();
        const slow = setTimeout(() => status.replaceChildren(html`<p class="quiet">Reading the figures…</p>`), 300);
        try {
          const shown = options.view(await options.load(context), context);
          clearTimeout(slow);
          status.replaceChildren();
          body.replaceChildren(shown);
          root.dataset.ready = "yes";
        } catch (error) {
          clearTimeout(slow);
          body.replaceChildren();
          showFault(error, draw);
        }
      };
      await draw();
      onState(() => void draw());
      if (options.groups && options.filters !== "none") {
        choices = await options.groups(contextOf(open, [])).catch(() => []);
        filters.replaceChildren(filterBar(contextOf(open, choices), choices));
        if (state().group) void draw();
      }
    } catch (error) {
      showFault(error, start);
    }
  }

  function showFault(error: unknown, again: () => Promise<void>): void {
    const words = faultWords(error);
    const retry = html`<button type="button">Try again</button>`;
    retry.addEventListener("click", () => void again());
    status.replaceChildren(html`<section class="fault"><h2>${words.title}</h2><p>${words.text}</p>${words.command ? html`<pre tabindex="0" aria-label="Command"><code>${words.command}</code></pre>` : null}<p>${retry}</p></section>`);
    root.dataset.ready = "fault";
    if (!("fault" in Object(error))) console.error(error);
  }
}

/** What each fault is called, what it means, and what to do next. */
export function faultWords(error: unknown): {title: string; text: string; command?: string} {
  const fault = (error as Partial<DataError>).fault;
  const message = error instanceof Error ? error.message : String(error);
  if (fault === "no-run")
    return {
      title: "No figures yet",
      text: "Nothing has been refreshed on this machine. Put the exports in data/exports and run this in the project’s folder; the page will fill itself on the next try.",
      command: "npm run frontdoor -- refresh"
    };
  if (fault === "not-allowed") return {title: "You cannot see this here", text: `${message} Sign in again, or ask whoever runs this site for the role.`};
  if (fault === "unreachable") return {title: "The figures did not arrive", text: `${message} If you started it yourself, see whether it still runs.`, command: "npm start"};
  if (fault === "damaged") return {title: "Part of this refresh is missing", text: `${message} Run the refresh again; the old figures stay until a new refresh is complete.`, command: "npm run frontdoor -- refresh"};
  return {title: "This page could not be drawn", text: message};
}

function contextOf(open: OpenRun, choices: GroupChoice[]): Context {
  const now = state();
  const periods = open.run.periods;
  const period = periods.find((p) => p.key === now.period) ?? periods.find((p) => p.key === open.run.defaultPeriod) ?? periods[0];
  if (!period) throw new Error("This refresh published no period: its exports hold no whole month.");
  const label = now.group ? (choices.find((c) => c.dimension === now.group?.dimension && c.group === now.group.group)?.label ?? now.group.group) : "Everyone";
  return {open, run: open.run, period, before: periodBefore(period, periods), group: now.group, groupLabel: label};
}

function filterBar(context: Context, choices: GroupChoice[]): HTMLElement {
  const {run, period, group} = context;
  const when = html`<select id="filter-period">${run.periods.map((p) => html`<option value=${p.key} selected=${p.key === period.key}>${shortName(p.label)}</option>`)}</select>` as HTMLSelectElement;
  when.addEventListener("change", () => choose({period: when.value}));
  const known = group && !choices.some((c) => same(c, group)) ? [{...group, label: group.group}, ...choices] : choices;
  const sets = [...new Set(known.map((c) => c.dimension))];
  const who = html`<select id="filter-group"><option value="" selected=${!group}>Everyone</option>${sets.map(
    (set) => html`<optgroup label=${capital(dimensionText(set))}>${known.filter((c) => c.dimension === set).map((c) => html`<option value=${`${c.dimension}:${c.group}`} selected=${group ? same(c, group) : false}>${c.label}</option>`)}</optgroup>`
  )}</select>` as HTMLSelectElement;
  who.addEventListener("change", () => {
    const cut = who.value.indexOf(":");
    choose({group: cut < 0 ? null : {dimension: who.value.slice(0, cut), group: who.value.slice(cut + 1)}});
  });
  const clear = group || new URLSearchParams(location.search).has("period") ? html`<button type="button" class="clear">Clear</button>` : null;
  clear?.addEventListener("click", () => choose({period: null, group: null}));
  return html`<form class="filter-bar" aria-label="What is shown">
    <label for="filter-period">Period</label>${when}
    <label for="filter-group">Show</label>${who}${clear}
    <p class="asat">${span(period)}. Data as at <b>${day(run.asAt)}</b></p>
  </form>`;
}

function same(a: Group, b: Group): boolean {
  return a.dimension === b.dimension && a.group === b.group;
}

function showRun(run: RunFile): void {
  stampWorkbooks([["Authority", run.authority.name], ["Data as at", run.asAt], ["Run", run.run], ["Handling", run.example ? "Example data" : run.marking]]);
  if (run.disclosure === "internal") void showSignOut();
  const marking = document.getElementById("marking");
  if (marking) {
    marking.textContent = run.example ? `Example data: ${run.authority.name} is fictional` : run.marking;
    marking.dataset.kind = run.example ? "example" : "marking";
    marking.hidden = false;
  }
  const authority = document.getElementById("authority");
  if (authority) authority.textContent = run.authority.name;
  document.getElementById("colophon")?.replaceChildren(
    html`<p>${run.authority.name} · data as at ${day(run.asAt)} · refresh <code>${run.run}</code> · made from ${count(run.freshness.length)} exports · <a href=${link("data/refresh")}>what was loaded</a>${run.example ? " · example data" : ` · ${run.marking}`}</p>`
  );
}

/** A form that signs out, for whoever signed in. Posted, so that no link or picture elsewhere can do it. */
async function showSignOut(): Promise<void> {
  const rail = document.querySelector(".rail");
  if (!rail || document.getElementById("sign-out")) return;
  const who = await me().catch(() => null);
  const marking = document.getElementById("marking");
  if (who?.local && !who.example && marking && !marking.dataset.local) {
    marking.dataset.local = "yes";
    marking.append(" · open on this computer only");
  }
  if (!who?.signOut || document.getElementById("sign-out")) return;
  const form = html`<form id="sign-out" method="post" action=${at(who.signOut)}><button type="submit" class="theme">Sign out${who.name ? html`<small>${who.name}</small>` : null}</button></form>`;
  form.addEventListener("submit", () => endWalk());
  rail.append(form);
}

function showRefreshed(): void {
  if (document.getElementById("refreshed")) return;
  const reload = html`<button type="button">Reload</button>`;
  reload.addEventListener("click", () => location.reload());
  document.body.append(html`<div id="refreshed" role="status">Data was refreshed. ${reload}</div>`);
}

/** Navigation links keep what the person chose. */
function keepLinks(): void {
  for (const anchor of document.querySelectorAll<HTMLAnchorElement>("#navigation a, .brand a")) {
    const path = (anchor.dataset.path ??= new URL(anchor.href).href);
    const url = new URL(path);
    url.search = new URL(link(""), location.href).search;
    anchor.href = url.href;
  }
}

/** Groups of some measures, for the filter bar: those that a page's own figures are published by. */
export async function groupsOf(open: OpenRun, ids: string[], sets: string[]): Promise<GroupChoice[]> {
  const files = await Promise.all(ids.map((id) => open.measure(id).catch(() => null)));
  const found = new Map<string, GroupChoice>();
  for (const file of files)
    for (const g of file?.groups ?? [])
      if (sets.includes(g.dimension)) found.set(`${g.dimension}:${g.group}`, {dimension: g.dimension, group: g.group, label: g.label});
  return [...found.values()].sort((a, b) => sets.indexOf(a.dimension) - sets.indexOf(b.dimension) || a.label.localeCompare(b.label, "en-GB"));
}

/** A measure's series and figures for the chosen group, or for everyone; `narrowed` says whether the group has its own. */
export function narrow(file: MeasureFile, group: Group | null): Pick<MeasureFile, "series" | "figures" | "limits"> & {narrowed: boolean} {
  const own = group ? file.groups.find((g) => g.dimension === group.dimension && g.group === group.group) : null;
  return own ? {series: own.series, figures: own.figures, limits: null, narrowed: true} : {series: file.series, figures: file.figures, limits: file.limits, narrowed: false};
}

/** The caption of a chart: measure, source, period, data as at. */
export function captionOf(context: Context, definition: MeasureDefinition | null, sources: string): string[] {
  return [
    definition ? `Measure ${definition.id}` : "",
    `Source: ${sources || context.run.freshness.map((f) => shortName(f.source)).join(", ")}`,
    span(context.period),
    context.group ? context.groupLabel : "",
    `Data as at ${shortDay(context.run.asAt)}`
  ].filter(Boolean);
}

/** Which exports a measure rests on, named as people know them. */
export function sourcesOf(run: RunFile, definition: MeasureDefinition): string {
  const sets = new Set(definition.requires.map((path) => path.split(".")[0] ?? path));
  const named = run.freshness.filter((f) => f.recordSets.some((set) => sets.has(set))).map((f) => shortName(f.source));
  return [...new Set(named)].join(", ") || run.authority.name;
}

/** The cases behind a figure: same measure, months and group. */
export function casesLink(measure: string, period: {from: string; to: string}, group: Group | null, extra: Record<string, string> = {}): string {
  return link("qa/cases", {measure, from: period.from, to: period.to, ...(group ? {[group.dimension]: group.group} : {}), ...extra});
}

function installTheme(): void {
  const button = document.getElementById("theme");
  if (!button || button.dataset.on) return;
  button.dataset.on = "yes";
  const words: Record<string, string> = {"": "Colours: as your device", light: "Colours: light", dark: "Colours: dark"};
  const order = ["", "light", "dark"];
  let now = document.documentElement.dataset.theme ?? "";
  const show = (): void => void (button.textContent = words[now] ?? words[""] ?? "");
  show();
  button.addEventListener("click", () => {
    now = order[(order.indexOf(now) + 1) % order.length] ?? "";
    if (now) document.documentElement.dataset.theme = now;
    else delete document.documentElement.dataset.theme;
    try {
      if (now) localStorage.setItem("frontdoor:theme", now);
      else localStorage.removeItem("frontdoor:theme");
    } catch {
      // A browser that keeps nothing still shows the choice until the page is left.
    }
    show();
  });
}

function installMenu(): void {
  const button = document.getElementById("menu");
  if (!button || button.dataset.on) return;
  button.dataset.on = "yes";
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    document.querySelector(".rail")?.classList.toggle("open", open);
  });
}

/** For pages that need nothing but the shell (the accessibility statement): marking, theme and menu. */
export function shell(): Node {
  installTheme();
  installMenu();
  void openRun().then((open) => showRun(open.run), () => undefined);
  return document.createComment(at(""));
}
