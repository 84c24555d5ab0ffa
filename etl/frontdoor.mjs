#!/usr/bin/env node
// The `frontdoor` command: plain JavaScript that teaches Node 20 to read TypeScript, then hands over to cli.ts.
import {register} from "tsx/esm/api";

register();
const {main} = await import("./cli.ts");
process.exitCode = await main(process.argv.slice(2));
