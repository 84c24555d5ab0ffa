// What long work tells a person: a bar on a terminal, plain lines elsewhere; always on standard error, so that --json stays one document.
import {SingleBar, Presets} from "cli-progress";

export interface Progress {
  /** Starts a step and says what it is; `next` is what comes after it. */
  step(label: string, next?: string): void;
  /** Reports how far the step is; `total` null when nobody can know. */
  tick(done: number, total: number | null, unit: string): void;
  note(text: string): void;
  end(): void;
  /** A point of no return is about to be passed or has been; nothing but a test, which stops there, listens. */
  reached?(boundary: string): void;
}

export const silent: Progress = {step() {}, tick() {}, note() {}, end() {}};

/** @param now milliseconds clock, for the rate only */
export function terminalProgress(out: NodeJS.WriteStream = process.stderr, now: () => number = Date.now): Progress {
  if (!out.isTTY) {
    let label = "";
    return {
      step(text) {
        label = text;
        out.write(`${text}\n`);
      },
      tick(done, total, unit) {
        if (total !== null && done === total) out.write(`${label}: ${done.toLocaleString("en-GB")} ${unit}\n`);
      },
      note: (text) => void out.write(`${text}\n`),
      end() {}
    };
  }
  let bar: SingleBar | null = null;
  let started = 0;
  let label = "";
  let coming = "";
  const stop = () => {
    bar?.stop();
    bar = null;
  };
  return {
    step(text, next) {
      stop();
      [label, coming, started] = [text, next ? ` · next: ${next}` : "", now()];
      bar = new SingleBar({format: "{label} {bar} {value} {unit}, {rate}/s{coming}", stream: out, clearOnComplete: true, hideCursor: true}, Presets.shades_classic);
      bar.start(1, 0, {label, unit: "", rate: "–", coming});
    },
    tick(done, total, unit) {
      if (!bar) return;
      bar.setTotal(total ?? Math.max(done, 1));
      bar.update(done, {label, unit, coming, rate: Math.round(done / Math.max((now() - started) / 1000, 0.001)).toLocaleString("en-GB")});
    },
    note(text) {
      stop();
      out.write(`${text}\n`);
    },
    end: stop
  };
}
