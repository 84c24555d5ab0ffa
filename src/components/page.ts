// The shell every page stands in: opens the run, shows the marking and the filter bar, draws, and says in words when it cannot.
// Knows no measure; a page hands it what to load and how to show it.
import {html} from "./markup.js";
import type {MeasureDefinition, MeasureFile, Period, RunFile} from "../../etl/publish/published.ts";
import {at, me, openRun, watchRun, type DataError, type OpenRun, type Wanted} from "./data.js";
import {capital, count, day, dimensionText, list, periodBefore, shortDay, shortName, span, yearBefore} from "./format.js";
import {stampWorkbooks} from "./workbook.js";
import {inWords, useLabels} from "./relabel.js";
import {partsIn, type Parts} from "./parts.js";
import {endWalk} from "./walk.js";
import {choose, dimensions, link, onState, state, suggest, type Group} from "./state.js";

/** What a view is given. */
export interface Context {
  open: OpenRun;
  run: RunFile;
  period: Period;
  /** The period to compare with; null when it is not published. */
  before: Period | null;
  /** The same months a year before, where `before` is not these; null where no figure is published for them. */
  yearBefore?: Period | null;
  /** Groups that a person chose, of different dimensions; all of them hold at once. Empty: everyone. */
  filters: Group[];
  /** "Everyone", or the chosen groups' labels. */
  groupLabel: string;
  /** The same words for other groups; where it is left out, `groupLabel` stands for all. */
  labelOf?: (filters: Group[]) => string;
}

export interface PageOptions<T> {
  /** Reads what the view needs; called again when the reader chooses differently. */
  load: (context: Context) => Promise<T>;
  /** The whole page, or its parts from the top down: what is on the screen is drawn first. */
  view: (data: T, context: Context) => Node | Parts;
  /** Groups the filter bar offers beside those of the run (team, locality, source, need, age, ethnicity); asked once, after the first drawing. */
  groups?: (context: Context) => Promise<GroupChoice[]>;
  /** What is read, for whoever waits; the figures where it is left out. */
  reading?: string;
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
  const reading = `Reading ${options.reading ?? "the figures"}`;
  const status = html`<div class="status" role="status" aria-live="polite"><p class="quiet">${reading}…</p></div>`;
  const filters = html`<div class="filters"></div>`;
  const body = html`<div class="body"></div>`;
  const root = html`<div class="page">${filters}${status}${body}</div>`;
  const parts = partsIn(body);
  void start();
  return root;

  async function start(): Promise<void> {
    status.replaceChildren(html`<p class="quiet">${reading}…</p>`);
    try {
      const open = await openRun();
      suggest({period: open.run.defaultPeriod});
      let turn = 0;
      showRun(open.run);
      watchRun(open.run.run, () => showRefreshed());
      let choices: GroupChoice[] = open.run.groups;
      let bar: ReturnType<typeof filterBar> | null = null;
      const showBar = (context: Context): void => {
        const offered = [...choices, ...context.filters.filter((f) => !choices.some((c) => same(c, f))).map((f) => ({...f, label: f.group}))];
        if (bar?.offered.length !== offered.length || !offered.every((c) => bar?.offered.some((known) => same(known, c)))) {
          const focus = filters.contains(document.activeElement) ? document.activeElement?.id : null;
          const more = filters.querySelector("details")?.open ?? false;
          bar = filterBar(open.run, offered, more);
          filters.replaceChildren(bar.element);
          if (focus) document.getElementById(focus)?.focus();
        }
        bar.show(context);
      };
      const draw = async (): Promise<void> => {
        const context = contextOf(open, choices);
        const mine = ++turn;
        delete root.dataset.ready;
        // the bar stands with what was chosen: it is told the rest with the figures, so that the screen is painted once
        const tell = (): void => {
          if (options.filters !== "none") showBar(context);
          keepLinks();
        };
        if (!bar) tell();
        const slow = setTimeout(() => {
          if (mine !== turn) return;
          tell();
          status.replaceChildren(html`<p class="quiet">${context.filters.length ? `Counting ${context.groupLabel}` : reading}…</p>`);
          // what still stands below is not what was chosen
          body.dataset.waiting = "yes";
        }, 300);
        try {
          const data = await options.load(context);
          clearTimeout(slow);
          // chosen again meanwhile: the later answer is drawn
          if (mine !== turn) return;
          const shown = options.view(data, context);
          const whole = shown instanceof Node;
          tell();
          delete body.dataset.waiting;
          status.replaceChildren();
          body.classList.toggle("frames", !whole);
          if (await parts.show(whole ? [shown as HTMLElement] : shown, () => mine === turn)) root.dataset.ready = "yes";
        } catch (error) {
          clearTimeout(slow);
          if (mine !== turn) return;
          tell();
          delete body.dataset.waiting;
          parts.clear();
          showFault(error, draw);
        }
      };
      const first = draw();
      onState(() => void draw());
      await first;
      if (options.groups && options.filters !== "none") {
        const own = await options.groups(contextOf(open, choices)).catch(() => []);
        choices = [...choices, ...own.filter((c) => !choices.some((known) => same(known, c)))];
        showBar(contextOf(open, choices));
        if (state().filters.some((f) => own.some((c) => same(c, f)))) void draw();
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
  const [before, lastYear] = [periodBefore(period, periods), yearBefore(period, open.run)];
  return {open, run: open.run, period, before, yearBefore: lastYear?.from === before?.from ? null : lastYear, filters: now.filters, groupLabel: filterWords(now.filters, choices), labelOf: (filters) => filterWords(filters, choices)};
}

/** Chosen groups in words: "North, neglect"; "Everyone" where nothing was chosen. */
export function filterWords(filters: Group[], choices: GroupChoice[]): string {
  return filters.map((f) => (f.dimension === "age_band" && /\d/.test(f.group) ? `aged ${f.group}` : null) ?? choices.find((c) => same(c, f))?.label ?? (f.group === "not recorded" ? `${dimensionText(f.dimension)} not recorded` : f.group)).join(", ") || "Everyone";
}

/** Dimensions that stand in the bar itself; the others wait behind "More filters". */
const inBar: readonly string[] = ["team", "locality"];

const byLabel = new Intl.Collator("en-GB", {numeric: true});

/** The filter bar for what is offered: made once, and told at each choice what holds now. */
function filterBar(run: RunFile, offered: GroupChoice[], unfolded: boolean): {element: HTMLElement; offered: GroupChoice[]; show: (context: Context) => void} {
  const when = html`<select id="filter-period">${run.periods.map((p) => html`<option value=${p.key}>${shortName(p.label)}</option>`)}</select>` as HTMLSelectElement;
  when.addEventListener("change", () => choose({period: when.value}));
  const picks = new Map(dimensions.flatMap((dimension) => {
    const own = offered.filter((c) => c.dimension === dimension).sort((a, b) => Number(a.group === "not recorded") - Number(b.group === "not recorded") || byLabel.compare(a.label, b.label));
    if (!own.length) return [];
    const select = html`<select id=${`filter-${dimension}`}><option value="">All</option>${own.map((c) => html`<option value=${c.group}>${capital(c.label)}</option>`)}</select>` as HTMLSelectElement;
    select.addEventListener("change", () => choose({filter: {dimension, group: select.value || null}}));
    return [[dimension as string, select] as const];
  }));
  const pairs = (stands: boolean): HTMLElement[] => [...picks].filter(([dimension]) => inBar.includes(dimension) === stands).map(([dimension, select]) => html`<span class="pair"><label for=${select.id}>${capital(dimensionText(dimension))}</label>${select}</span>`);
  const others = pairs(false);
  const more = html`<details class="more" open=${unfolded}><summary>More filters</summary><div>${others}</div></details>` as HTMLDetailsElement;
  const clear = html`<button type="button" class="clear">Clear</button>`;
  clear.addEventListener("click", () => choose({clear: true}));
  const months = html`<span></span>`;
  const element = html`<form class="filter-bar" aria-label="What is shown">
    <span class="pair"><label for="filter-period">Period</label>${when}</span>
    ${pairs(true)}${clear}
    <p class="asat">${months}. Data as at <b>${day(run.asAt)}</b></p>
    ${others.length ? more : null}
  </form>`;
  element.addEventListener("submit", (event) => event.preventDefault());
  const show = ({period, filters}: Context): void => {
    when.value = period.key;
    for (const [dimension, select] of picks) select.value = filters.find((f) => f.dimension === dimension)?.group ?? "";
    months.textContent = span(period);
    clear.hidden = !filters.length && !new URLSearchParams(location.search).has("period");
    more.open ||= filters.some((f) => !inBar.includes(f.dimension));
  };
  return {element, offered, show};
}

function same(a: Group, b: Group): boolean {
  return a.dimension === b.dimension && a.group === b.group;
}

/** The chosen group of a dimension; null where none is. */
export function chosenIn(context: Pick<Context, "filters">, dimension: string): string | null {
  return context.filters.find((f) => f.dimension === dimension)?.group ?? null;
}

/** The chosen groups with one group in the place of its own dimension's: what a bar of a filtered page stands for. */
export function filtersWith(filters: Group[], own: Group): Group[] {
  return [...filters.filter((f) => f.dimension !== own.dimension), own];
}

/** The context of a figure by one dimension: its groups stand side by side, so that what was chosen of that dimension does not narrow it. */
export function across(context: Context, dimension: string): Context {
  const filters = context.filters.filter((f) => f.dimension !== dimension);
  return filters.length === context.filters.length ? context : {...context, filters, groupLabel: context.labelOf?.(filters) ?? context.groupLabel};
}

function showRun(run: RunFile): void {
  useLabels(run.labels);
  callPages();
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

/** Pages of the navigation, and this one, in the authority's words. */
function callPages(): void {
  for (const named of document.querySelectorAll("#navigation a, #observablehq-main h1")) {
    const place = named.firstElementChild ?? named;
    const said = inWords(place.textContent ?? "");
    if (said !== place.textContent) place.textContent = said;
  }
  document.title = inWords(document.title);
}

/** Navigation links keep what the person chose. */
function keepLinks(): void {
  const {search} = new URL(link(""), location.href);
  for (const anchor of document.querySelectorAll<HTMLAnchorElement>("#navigation a, .brand a")) if (anchor.search !== search) anchor.search = search;
}

/** Groups of some measures, for the filter bar: those that a page's own figures are published by. */
export async function groupsOf(open: OpenRun, ids: string[], sets: string[]): Promise<GroupChoice[]> {
  const files = await Promise.all(ids.map((id) => open.measure(id).catch(() => null)));
  const found = new Map<string, GroupChoice>();
  for (const file of files)
    for (const g of file?.groups ?? [])
      if (sets.includes(g.dimension)) found.set(`${g.dimension}:${g.group}`, {dimension: g.dimension, group: g.group, label: g.label});
  return [...found.values()];
}

/** Measures as the page shows them: the published figures, or counted by the server within what a person chose; `drawn` and `panels` as of `figures`. */
export async function shownMeasures({open, filters}: Pick<Context, "open" | "filters">, ids: readonly string[], options: Wanted = {}): Promise<Map<string, MeasureFile>> {
  if (!ids.length) return new Map();
  const files = filters.length ? await open.figures(ids, filters, options) : await Promise.all(ids.map((id) => open.measure(id)));
  return new Map(files.map((file) => [file.id, file]));
}

/** Why a measure shows nothing within what was chosen; null where it does. */
export function unsplitWords(file: Pick<MeasureFile, "unsplit">): string | null {
  return file.unsplit?.length ? `Not split by ${list(file.unsplit.map(dimensionText))}: no figure of it belongs to what you chose.` : null;
}

/** The caption of a chart: measure, source, period, data as at. */
export function captionOf(context: Context, definition: MeasureDefinition | null, sources: string): string[] {
  return [
    definition ? `Measure ${definition.id}` : "",
    `Source: ${sources || context.run.freshness.map((f) => shortName(f.source)).join(", ")}`,
    span(context.period),
    context.filters.length ? context.groupLabel : "",
    `Data as at ${shortDay(context.run.asAt)}`
  ].filter(Boolean);
}

/** Which exports a measure rests on, named as people know them. */
export function sourcesOf(run: RunFile, definition: MeasureDefinition): string {
  const sets = new Set(definition.requires.map((path) => path.split(".")[0] ?? path));
  const named = run.freshness.filter((f) => f.recordSets.some((set) => sets.has(set))).map((f) => shortName(f.source));
  return [...new Set(named)].join(", ") || run.authority.name;
}

/** The cases behind a figure: same measure, same months, and exactly the groups it was counted in, whatever else the page shows. */
export function casesLink(measure: string, period: {from: string; to: string}, filters: Group | Group[] | null, extra: Record<string, string> = {}): string {
  const none = Object.fromEntries(dimensions.map((d) => [d, null]));
  const chosen = Object.fromEntries([filters ?? []].flat().map((f) => [f.dimension, f.group]));
  return link("qa/cases", {...none, measure, from: period.from, to: period.to, ...chosen, ...extra});
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
