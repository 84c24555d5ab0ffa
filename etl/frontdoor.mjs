#!/usr/bin/env node
// The `frontdoor` command: plain JavaScript that teaches Node 20 to read TypeScript, then hands over to cli.ts.
import {setFlagsFromString} from "node:v8";
import {register} from "tsx/esm/api";

// a reader that has seen enough (`| head`) is no fault
process.stdout.on("error", (error) => process.exit(error.code === "EPIPE" ? 0 : 2));

// V8 optimises a function after some milliseconds of work, for work that goes on; all but the server end too soon for most of that to pay, and a
// refresh spent a second of processor time on it. Ten times its 66 kB of bytecode run
if (process.argv[2] !== "serve") setFlagsFromString("--interrupt-budget=660000");

register();
const {main} = await import("./cli.ts");
process.exitCode = await main(process.argv.slice(2));
