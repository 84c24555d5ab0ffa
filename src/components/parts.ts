// Puts a page's parts in their places: those on the screen at once, the others when the person has seen these. Knows nothing of what a part shows.
import {drawRooms} from "./frame.js";

/** What a page shows, from the top down: each part is made when its turn comes (null: nothing stands there), so that a view is best written as a generator. */
export type Parts = Iterable<HTMLElement | null>;

/** Longest that other tasks wait while the parts below the screen are drawn, in milliseconds; one part is never cut. */
const SLICE = 10;

/**
 * Draws parts in `body`, and again when others are to be shown.
 * @returns `show` draws parts in the places of those that stand, and is true when all stand, false when `wanted` gave them up;
 * an old part that waits for its turn has `data-waiting`. `clear` takes all away.
 * @throws from `show`, what a part threw
 */
export function partsIn(body: HTMLElement): {show: (parts: Parts, wanted: () => boolean) => Promise<boolean>; clear: () => void} {
  /** What stands now, by turn. */
  let standing: (HTMLElement | null)[] = [];
  /** Draws at once what is still to come. */
  let finish = (): void => {};
  // paper and files of it hold the whole page
  addEventListener("beforeprint", () => finish());

  function clear(): void {
    finish = () => {};
    standing = [];
    body.replaceChildren();
  }

  async function show(parts: Parts, wanted: () => boolean): Promise<boolean> {
    const coming = parts[Symbol.iterator]();
    const old = standing;
    const made: (HTMLElement | null)[] = [];
    let last: HTMLElement | null = null;
    const next = (): boolean => {
      const {done, value: part} = coming.next();
      if (done) {
        for (const one of old.slice(made.length)) one?.remove();
        standing = made;
        return false;
      }
      const before = old[made.length] ?? null;
      if (part && before) before.replaceWith(part);
      else if (part && last) last.after(part);
      else if (part) body.prepend(part);
      else before?.remove();
      if (part) drawRooms(part);
      last = part ?? last;
      made.push(part);
      standing = [...made, ...old.slice(made.length)];
      return true;
    };
    const faults: unknown[] = [];
    finish = () => {
      try {
        while (next());
      } catch (error) {
        faults.push(error);
      }
    };

    const boxes = old.map((part) => part?.getBoundingClientRect());
    const reading = scrollY > 0 ? boxes.findLastIndex((box) => box && box.top < innerHeight / 3) : -1;
    const stood = placesIn(old[reading]);
    const onScreen = boxes.findLastIndex((box) => box && box.top < innerHeight);
    const filled = (): boolean => made.length > onScreen && last !== null && last.getBoundingClientRect().bottom >= innerHeight;
    while (!filled()) if (!next()) break;
    // the old ones below keep their room, so that nothing jumps, but show nothing that was not chosen
    for (let i = made.length; i < old.length; i++) {
      const [part, box] = [old[i], boxes[i]];
      if (!part || !box) continue;
      part.dataset.waiting = "yes";
      part.style.height = `${box.height}px`;
    }
    // what is read stays where it is: the last heading in the upper third of the window, or above it
    const heading = stood.findLastIndex((y) => y < innerHeight / 3);
    const now = placesIn(made[reading])[heading];
    if (now !== undefined) scrollBy({top: now - stood[heading]!, behavior: "instant"});

    await frameShown();
    while (wanted()) {
      const until = performance.now() + SLICE;
      while (performance.now() < until) {
        if (faults.length) throw faults[0];
        if (!next()) return true;
      }
      await othersRun();
    }
    return false;
  }
  return {show, clear};
}

/** Where a part and its headings begin, in pixels below the top of the window. */
const placesIn = (part: HTMLElement | null | undefined): number[] => (part ? [part, ...part.querySelectorAll("h2, h3")].map((one) => one.getBoundingClientRect().top) : []);

/** When what was just drawn is on the screen; at once where nobody looks. */
const frameShown = (): Promise<void> => new Promise((done) => (document.hidden ? done() : requestAnimationFrame(() => setTimeout(done))));

/** When the browser has had its turn: presses and frames come first. */
const othersRun = (): Promise<void> => (globalThis as {scheduler?: {yield?: () => Promise<void>}}).scheduler?.yield?.() ?? new Promise((done) => setTimeout(done));
