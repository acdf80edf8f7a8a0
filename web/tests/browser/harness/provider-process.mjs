/**
 * A real OpenID Connect provider (oidc-provider) as a process of its own: asks who one is, believes it, and agrees to
 * everything.
 *
 * Arguments: its port, the address to send people back to, and a client’s secret. Prints `ready` when it listens. Whoever
 * is called `unverified…` has an e-mail address that nobody has checked.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const [, , port, callback, secret] = process.argv;
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: "consilium", client_secret: secret, redirect_uris: [callback], application_type: "web" }],
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  cookies: { keys: ["a key for tests only"] },
  findAccount: (_ctx, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: `${id[0].toUpperCase()}${id.slice(1)} of the Provider`,
      email: `${id}@example.org`,
      email_verified: !id.startsWith("unverified"),
    }),
  }),
  // Nobody is asked whether we may know.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
});

const page = (uid) => `<!doctype html><html lang="en"><title>Provider</title><main><h1>Provider</h1>
<form method="post" action="/interaction/${uid}"><label>Who are you? <input name="login"></label>
<button name="answer" value="yes">Sign in at the provider</button>
<button name="answer" value="no">Do not</button></form></main></html>`;

async function interact(request, response, uid) {
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html");
    response.end(page(uid));
    return;
  }
  let body = "";
  for await (const chunk of request) {
    body += chunk;
  }
  const fields = new URLSearchParams(body);
  await provider.interactionFinished(
    request,
    response,
    fields.get("answer") === "yes"
      ? { login: { accountId: fields.get("login") } }
      : { error: "access_denied", error_description: "<b>words of the provider</b>" },
    { mergeWithLastSubmission: false },
  );
}

const answer = provider.callback();
const server = createServer((request, response) => {
  const uid = /^\/interaction\/([^/?]+)$/.exec(request.url ?? "")?.[1];
  if (request.url === "/favicon.ico") {
    response.statusCode = 204;
    response.end();
  } else if (uid === undefined) {
    answer(request, response);
  } else {
    interact(request, response, uid).catch((error) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  }
});
server.listen(Number(port), "127.0.0.1");
await once(server, "listening");
process.stdout.write("ready\n");
