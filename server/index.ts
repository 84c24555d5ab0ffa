// What the rest of the house may ask of the server room.
export {serve, createServer, type ServeOptions, type ServerOptions} from "./server.ts";
export {serverSettings} from "./settings.ts";
export {readAudit, verifyAudit, whoSaw, type Entry, type Head, type Verdict} from "./audit.ts";
