// The OpenID provider of the sign-in tests; it stops with the test.
import {writeFile} from "node:fs/promises";
import {join} from "node:path";
import {onTestFinished, vi} from "vitest";
import {openIdServer, type CouncilOptions} from "./openid-server.ts";
import {temporary} from "./support.ts";

export const home = "https://frontdoor.example";
const roles = {"group-heads": "leadership", "group-qa": ["qa", "leadership"], "group-analysts": "analyst"};

/** Starts the provider; see openid-server.ts. */
export async function startProvider({address = home, ...options}: Partial<CouncilOptions> = {}) {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  vi.spyOn(console, "info").mockImplementation(() => undefined);
  const provider = await openIdServer({address, ...options});
  onTestFinished(async () => {
    if (provider.listening()) await provider.stop();
    vi.restoreAllMocks();
  });
  return provider;
}

export async function signInSettings(issuer: string, more: Record<string, unknown> = {}) {
  const clientSecretFile = join(await temporary(), "secret");
  await writeFile(clientSecretFile, "a-secret-of-the-test\n", {mode: 0o600});
  return {signIn: {address: home, issuer, clientId: "frontdoor", clientSecretFile, roles, ...more}};
}
