// What a run changed: the records of a new part held against those of the run before. Reads both, writes neither.
import {literal, name, openScratch, rowOf, rowsOf} from "../duckdb.ts";

/** Against the run before: `withdrawn` are those withdrawn since; `gone` are those that no load holds any more. */
export interface Changes {
  recordSet: string;
  new: number;
  changed: number;
  unchanged: number;
  withdrawn: number;
  gone: number;
}

/**
 * Compares every record set of two finished parts by record key and fields; what a later contract added or dropped is left out of it.
 * @param before path of the older part's database
 */
export async function compareParts(before: string, after: string, recordSets: string[]): Promise<Changes[]> {
  const opened = await openScratch();
  try {
    const {db} = opened;
    await db.run(`attach ${literal(after)} as new_part (read_only)`);
    await db.run(`attach ${literal(before)} as old_part (read_only)`);
    const held = await rowsOf<{part: string; set: string; field: string}>(db, `select database_name as part, table_name as "set", column_name as field from duckdb_columns() where database_name in ('old_part', 'new_part') and schema_name = 'records' order by field`);
    const columns = (part: string, set: string) => held.filter((c) => c.part === part && c.set === set).map((c) => c.field);
    const changes: Changes[] = [];
    for (const recordSet of recordSets) {
      const table = (part: string) => `${part}.records.${name(recordSet)}`;
      const old = columns("old_part", recordSet);
      if (old.length === 0) {
        const {n} = await rowOf<{n: number}>(db, `select count(*) filter (not withdrawn) as n from ${table("new_part")}`);
        changes.push({recordSet, new: n, changed: 0, unchanged: 0, withdrawn: 0, gone: 0});
        continue;
      }
      const bookkeeping = new Set(["authority", "record_key", "first_load", "last_load", "withdrawn"]);
      const shared = columns("new_part", recordSet).filter((c) => old.includes(c) && !bookkeeping.has(c));
      const side = (part: string) => `(select record_key, withdrawn, hash(${shared.map(name).join(", ")}) as content from ${table(part)})`;
      changes.push({
        recordSet,
        ...(await rowOf<Omit<Changes, "recordSet">>(
          db,
          `select count(*) filter (not n.withdrawn and (o.record_key is null or o.withdrawn)) as new,
             count(*) filter (not n.withdrawn and not o.withdrawn and n.content <> o.content) as changed,
             count(*) filter (not n.withdrawn and not o.withdrawn and n.content = o.content) as unchanged,
             count(*) filter (n.withdrawn and not o.withdrawn) as withdrawn,
             count(*) filter (n.record_key is null and not o.withdrawn) as gone
           from ${side("new_part")} n full join ${side("old_part")} o using (record_key)`
        ))
      });
    }
    return changes;
  } finally {
    opened.close();
  }
}
