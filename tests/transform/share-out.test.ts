// Work shared out to several workers: what waits for what, and what happens when one fails. No database.
import {describe, expect, test} from "vitest";
import {shareOut} from "../../etl/duckdb.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

describe("work shared out", () => {
  test("gives results in the order of the items, whoever was first", async () => {
    const slow = async (n: number) => {
      for (let i = 0; i < n; i++) await turn();
      return n * 10;
    };
    expect(await shareOut([5, 1, 3], ["a", "b"], slow)).toEqual([50, 10, 30]);
  });

  test("begins an item when those that it needs are done, and does not let a worker wait while another item can be begun", async () => {
    const log: string[] = [];
    const needs = [[], [0], [], [1, 2]];
    const work = async (item: string) => {
      log.push(`${item} begins`);
      for (let i = 0; i < (item === "first" ? 5 : 1); i++) await turn();
      log.push(`${item} ends`);
    };
    await shareOut(["first", "second", "free", "last"], [1, 2], work, (i) => needs[i]!);
    const at = (event: string) => log.indexOf(event);
    expect(at("first ends")).toBeLessThan(at("second begins"));
    expect(at("free begins")).toBeLessThan(at("first ends"));
    expect(at("last begins")).toBeGreaterThan(Math.max(at("second ends"), at("free ends")));
    expect(log).toHaveLength(8);
  });

  test("throws what an item threw, begins nothing that needs it and ends what had begun", async () => {
    const log: string[] = [];
    const work = async (item: string) => {
      if (item === "faulty") {
        await turn();
        throw new Error("no such table");
      }
      for (let i = 0; i < 5; i++) await turn();
      log.push(item);
    };
    await expect(shareOut(["faulty", "running", "reader"], [1, 2], work, (i) => (i === 2 ? [0] : []))).rejects.toThrow("no such table");
    expect(log).toEqual(["running"]);
    await expect(shareOut(["faulty", "reader"], [1, 2], work, (i) => (i === 1 ? [0] : []))).rejects.toThrow("no such table");
    expect(log).toEqual(["running"]);
  });
});
