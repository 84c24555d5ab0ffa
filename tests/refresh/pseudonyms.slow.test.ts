// Pseudonyms: a keyed hash and nothing else, and a key that is refused unless it lies where it should.
import {createHmac} from "node:crypto";
import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {afterEach, describe, expect, onTestFinished, test, vi} from "vitest";
import {main} from "../../etl/cli.ts";
import {hideIds, pseudonymsUnder, readPseudonyms} from "../../etl/pseudonyms.ts";
import type * as SettingsRoom from "../../etl/settings.ts";

const wanted: {key: string | null} = {key: null};
vi.mock("../../etl/settings.ts", async (original) => {
  const room = await original<typeof SettingsRoom>();
  return {...room, readSettings: (file: string) => ({...room.readSettings(file), pseudonyms: {key_file: wanted.key}})};
});

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), "frontdoor-key-"));
  onTestFinished(() => rmSync(made, {recursive: true, force: true}));
  return made;
}

test("a pseudonym is the first 80 bits of HMAC-SHA-256 of the id, base 32: the same each time, another under another key", () => {
  const key = "k".repeat(32);
  const bits = [...createHmac("sha256", key).update("0000000042").digest()].slice(0, 10).map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const wanted = bits.match(/.{5}/g)!.map((five) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[parseInt(five, 2)]).join("");
  expect(pseudonymsUnder(key).of("0000000042")).toBe(`P-${wanted}`);
  expect(pseudonymsUnder(key).of("42")).not.toBe(`P-${wanted}`);
  expect(pseudonymsUnder("j".repeat(32)).of("0000000042")).not.toBe(`P-${wanted}`);
});

test("hides the ids of children, cases and workers in rows, and nothing else", () => {
  const rows = [{case_id: "c/1", child_id: "42", worker: null, team: "42", value: 42}];
  const [hidden] = hideIds(rows, pseudonymsUnder("k".repeat(32)));
  expect(hidden).toEqual({case_id: expect.stringMatching(/^P-[0-9A-Z]{16}$/), child_id: expect.stringMatching(/^P-/), worker: null, team: "42", value: 42});
  expect(rows[0]!.child_id).toBe("42");
  expect(hideIds(rows, null)).toEqual(rows);
});

describe("the key's file", () => {
  const written = (home: string, name: string, mode = 0o600, text = "x".repeat(44)) => {
    const file = path.join(home, name);
    mkdirSync(path.dirname(file), {recursive: true});
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  };

  test("is read where it lies outside the store and only its owner may read it; without one nothing is hidden", () => {
    const home = folder();
    expect(readPseudonyms(written(home, "keys/key"), path.join(home, "store"))!.of("1")).toBe(pseudonymsUnder("x".repeat(44)).of("1"));
    expect(readPseudonyms(null, home)).toBe(null);
  });

  test("is refused when it is missing, in the store, in the store by a link, too short, or a folder", () => {
    const home = folder();
    const store = path.join(home, "store");
    expect(() => readPseudonyms(path.join(home, "none"), store)).toThrow(/cannot be read .*openssl rand/);
    expect(() => readPseudonyms(home, store)).toThrow(/it is not a file/);
    expect(() => readPseudonyms(written(home, "store/deep/key"), store)).toThrow(/lies in the store/);
    expect(() => readPseudonyms(written(home, "short", 0o600, "secret\n"), store)).toThrow(/holds 7 bytes/);
    if (process.platform === "win32") return;
    symlinkSync(path.join(store, "deep", "key"), path.join(home, "link"));
    expect(() => readPseudonyms(path.join(home, "link"), store)).toThrow(/lies in the store/);
  });

  test.skipIf(process.platform === "win32").each([0o640, 0o604, 0o644, 0o660, 0o620])("is refused when others may read or change it: mode %o", (mode) => {
    const home = folder();
    expect(() => readPseudonyms(written(home, "key", mode), path.join(home, "store"))).toThrow(/can be read by others. Run: chmod 600/);
  });
});

describe("rejected rows, which must load back, keep the export's real ids", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    wanted.key = null;
  });
  const says = "Rejected rows hold the export's real ids, though the settings hide ids (pseudonyms.key_file)";
  const HEAD = "Record ID,Child Unique ID,Contact Date,Contact Source\n";

  async function run(...args: string[]): Promise<string> {
    let told = "";
    vi.spyOn(process.stdout, "write").mockImplementation((text) => Boolean((told += String(text))));
    vi.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((told += args[0] === "lists" ? String(text) : "")));
    await main(args);
    vi.restoreAllMocks();
    return told;
  }

  test("and where the settings hide ids, both commands that write them say so; otherwise, and where none are rejected, nothing is said", async () => {
    const home = folder();
    const exports = path.join(home, "exports");
    mkdirSync(exports);
    const [bad, good] = ["mash_contacts_2024-04-01.csv", "mash_contacts_2024-04-02.csv"].map((f) => path.join(exports, f)) as [string, string];
    writeFileSync(bad, `${HEAD}C1,0042,31/02/2024,Police\nC2,0043,01/04/2024,Police\n`);
    writeFileSync(good, `${HEAD}C1,0042,01/04/2024,Police\n`);
    const out = path.join(home, "rejects.csv");
    expect(await run("rejects", bad, "--out", out)).not.toContain(says);
    wanted.key = path.join(home, "key");
    writeFileSync(wanted.key, "k".repeat(40), {mode: 0o600});
    expect(await run("rejects", bad, "--out", out)).toContain(says);
    expect(readFileSync(out, "utf8")).toContain("0042");
    expect(await run("rejects", good, "--out", out)).not.toContain(says);
    expect(await run("refresh", "--exports", exports, "--store", path.join(home, "store"), "--rejects", path.join(home, "rejects"))).toContain(says);
    expect(await run("refresh", "--exports", exports, "--store", path.join(home, "store"))).not.toContain(says);
    // a hand-out goes to the teams, so it is not written at all
    expect(await run("lists", "--store", path.join(home, "store"), "--out", path.join(home, "lists"))).toContain("a hand-out must hold real ids");
    expect(existsSync(path.join(home, "lists"))).toBe(false);
    wanted.key = null;
    expect(await run("lists", "--store", path.join(home, "store"), "--out", path.join(home, "lists"))).not.toContain("real ids");
  });
});
