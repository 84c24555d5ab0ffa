// Answers in words: a page for a person, JSON for a program. It holds no data about a child and no script.
import {createHash} from "node:crypto";
import type {FastifyReply, FastifyRequest} from "fastify";
import {z} from "zod";
import {securityPolicy} from "./headers.ts";

const style =
  ":root{color-scheme:light dark}body{font:1.125rem/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem}h1{font-size:1.5rem;line-height:1.25}";
const styleHash = `sha256-${createHash("sha256").update(style).digest("base64")}`;

/** A fault whose sentence may be shown to the person who asked. */
export class Said extends Error {
  readonly status: number;
  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/** What the person who asked is told of a fault; null where it says nothing that they could mend. */
export function faultOf(error: unknown): {status: number; sentence: string} | null {
  if (error instanceof Said) return {status: error.status, sentence: error.message};
  if (error instanceof z.ZodError) return {status: 400, sentence: `This address cannot be answered: ${error.issues.map((issue) => issue.message).join("; ")}.`};
  return null;
}

/** Sends `sentence` under `title`, as a page to a browser that opens a page, otherwise as `{error: sentence}`. */
export function say(request: FastifyRequest, reply: FastifyReply, status: number, title: string, sentence: string): FastifyReply {
  void reply.code(status).header("cache-control", "no-store").removeHeader("etag");
  const wantsPage = request.headers.accept?.includes("text/html") === true && !request.url.startsWith("/api/");
  if (!wantsPage) return reply.type("application/json; charset=utf-8").send(JSON.stringify({error: sentence}));
  return reply
    .header("content-security-policy", securityPolicy({styles: [styleHash]}))
    .type("text/html; charset=utf-8")
    .send(
      `<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
        `<title>${asText(title)} – Front door</title><style>${style}</style></head>` +
        `<body><main><h1>${asText(title)}</h1><p>${asText(sentence)}</p></main></body></html>`
    );
}

/** Text as HTML text. */
export function asText(text: string): string {
  const entities: Record<string, string> = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"};
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
