// An OpenID provider as an organisation runs one: the certified `oidc-provider`, with people whose
// claims the tests set; and a browser that signs in there, cookies and forms and all.
'use strict';

const crypto = require('node:crypto');
const http = require('node:http');

const SECRET = 'secret of carillon';

const jwk = (type, options, more) => ({
  ...crypto.generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }),
  ...more,
});

class OpenIdProvider {
  constructor() {
    this.people = new Map(); // login -> claims
    this.changeTokens = null; // (what the token endpoint answers) => what it shall answer
    this.tokens = []; // what it answered
    this.changeKeys();
    this.server = http.createServer((request, response) => this.callback(request, response));
  }

  // From the next serve() on.
  changeKeys() {
    const kid = () => crypto.randomUUID();
    this.keys = [
      jwk('rsa', { modulusLength: 2048 }, { use: 'sig', alg: 'RS256', kid: kid() }),
      jwk('ec', { namedCurve: 'P-256' }, { use: 'sig', alg: 'ES256', kid: kid() }),
      jwk('ed25519', {}, { use: 'sig', alg: 'EdDSA', kid: kid() }),
    ];
  }

  // Listens; the clients are only known once their servers listen as well.
  async listen() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.issuer = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  async serve(redirectUri, algorithm = 'RS256') {
    const { Provider } = await import('oidc-provider');
    const client = (client_id) => ({
      client_id,
      client_secret: SECRET,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      id_token_signed_response_alg: algorithm,
    });
    const provider = new Provider(this.issuer, {
      clients: [client('carillon'), client('another')],
      jwks: { keys: this.keys },
      enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'EdDSA'] },
      claims: {
        openid: ['sub', 'groups', 'tenant'],
        email: ['email', 'email_verified'],
        profile: ['name', 'preferred_username'],
      },
      findAccount: (context, login) => ({
        accountId: login,
        claims: () => ({ sub: login, ...this.people.get(login) }),
      }),
      pkce: { required: () => true, methods: ['S256'] },
      cookies: { keys: ['cookies of the tests'] },
    });
    provider.use(async (context, next) => {
      await next();
      if (context.path !== '/token' || !context.body?.id_token) return;
      this.tokens.push(context.body.id_token);
      if (this.changeTokens) context.body = this.changeTokens(context.body);
    });
    this.callback = provider.callback();
  }

  async close() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

// Follows redirects with the cookies of each host, fills in the provider's forms.
class Browser {
  constructor() {
    this.jars = new Map(); // host -> Map of cookies
    this.cookies = []; // Set-Cookie lines as they came
  }

  async fetch(url, options = {}) {
    const { host } = new URL(url);
    if (!this.jars.has(host)) this.jars.set(host, new Map());
    const jar = this.jars.get(host);
    const answer = await fetch(url, {
      redirect: 'manual',
      ...options,
      headers: {
        ...options.headers,
        Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
      },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies.push(line);
      if (/max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }

  // From there through the provider, until `stop` holds of an address, which is not called.
  async follow(url, login, stop) {
    for (let steps = 0; steps < 20; ++steps) {
      if (stop(url)) return url;
      let answer = await this.fetch(url);
      if (answer.status === 200) {
        const page = await answer.text();
        const action = /<form[^>]*action="([^"]+)"/.exec(page)[1];
        const prompt = /name="prompt" value="([^"]+)"/.exec(page)[1];
        answer = await this.fetch(new URL(action, url), {
          method: 'POST',
          body: new URLSearchParams({ prompt, login, password: 'any' }),
        });
      }
      const location = answer.headers.get('location');
      if (!location) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
      url = new URL(location, url).href;
    }
    throw new Error('too many steps');
  }
}

module.exports = { Browser, OpenIdProvider, SECRET };
