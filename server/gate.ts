// Lets so many pieces of work run at once and the rest wait in turn. It knows nothing of what the work is.
import {Said} from "./words.ts";

export interface Gate {
  /** Runs `work` when its turn comes. Whoever gives up (`signal`) while waiting leaves the queue. */
  through<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** @throws Said 503 (from `through`) when `waiting` already wait */
export function gate({atOnce, waiting}: {atOnce: number; waiting: number}): Gate {
  let running = 0;
  const queue: (() => void)[] = [];

  function turn(signal: AbortSignal): Promise<void> {
    if (running < atOnce) {
      running += 1;
      return Promise.resolve();
    }
    if (queue.length >= waiting) return Promise.reject(new Said(503, "Too many people are asking at once. Try again in a minute."));
    return new Promise((resolve, reject) => {
      const start = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        queue.splice(queue.indexOf(start), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener("abort", leave, {once: true});
      queue.push(start);
    });
  }

  return {
    async through(signal, work) {
      signal.throwIfAborted();
      await turn(signal);
      try {
        return await work();
      } finally {
        // The place is handed on, or given back.
        const next = queue.shift();
        if (next) next();
        else running -= 1;
      }
    }
  };
}
