#!/usr/bin/env node
// The `frontdoor` command: plain JavaScript that teaches Node 20 to read TypeScript, then hands over to cli.ts.
import {register} from "tsx/esm/api";

// a reader that has seen enough (`| head`) is no fault
process.stdout.on("error", (error) => process.exit(error.code === "EPIPE" ? 0 : 2));

register();
const {main} = await import("./cli.ts");
process.exitCode = await main(process.argv.slice(2));
