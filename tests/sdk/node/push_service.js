// A push service as a browser's maker runs one: takes pushes by HTTP, checks who sends them (VAPID)
// and decrypts them with the keys of the browser that subscribed, by the `http_ece` package.
'use strict';

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const http = require('node:http');
const https = require('node:https');

const ece = require('http_ece');

const { Arrivals } = require('./receiver.js');

// A browser that subscribed: its endpoint and its keys.
class Browser {
  constructor(service, name) {
    this.name = name;
    this.endpoint = `${service.origin}/push/${name}`;
    this.keys = crypto.createECDH('prime256v1');
    this.keys.generateKeys();
    this.auth = crypto.randomBytes(16);
  }
  // As PushSubscription.toJSON() gives it.
  toJSON() {
    return {
      endpoint: this.endpoint,
      expirationTime: null,
      keys: {
        p256dh: this.keys.getPublicKey().toString('base64url'),
        auth: this.auth.toString('base64url'),
      },
    };
  }
  decrypt(body) {
    const options = { version: 'aes128gcm', privateKey: this.keys, authSecret: this.auth };
    return JSON.parse(ece.decrypt(body, options).toString());
  }
}

class PushService {
  constructor({ tls } = {}) {
    this.browsers = new Map();
    this.pushes = new Arrivals(); // what was taken
    this.attempts = []; // all that came: {name, at, status}
    this.answers = new Map(); // name -> [[status, headers], ..] to give before 201
    const take = (request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => this.take(request, Buffer.concat(chunks), response));
    };
    this.scheme = tls ? 'https' : 'http';
    this.server = tls ? https.createServer(tls, take) : http.createServer(take);
  }
  async listen() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.origin = `${this.scheme}://127.0.0.1:${this.server.address().port}`;
    return this;
  }
  async close() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
  browser(name) {
    const browser = new Browser(this, name);
    this.browsers.set(name, browser);
    return browser;
  }

  take(request, body, response) {
    const name = request.url.split('/').pop();
    const [status, headers] = this.answers.get(name)?.shift() ?? [201, {}];
    this.attempts.push({ name, at: Date.now(), status });
    if (status === 201) {
      const push = { name, headers: request.headers, claims: this.check(request), body };
      push.message = this.browsers.get(name).decrypt(body);
      this.pushes.push(push);
    }
    response.writeHead(status, headers).end();
  }

  // RFC 8292: the token is signed with the key beside it, for this origin, for at most a day.
  check(request) {
    const [, token, key] = /^vapid t=([^,]+), k=(.+)$/.exec(request.headers.authorization);
    const [head, claims, signature] = token.split('.');
    assert.deepEqual(JSON.parse(Buffer.from(head, 'base64url')), { typ: 'JWT', alg: 'ES256' });
    const point = Buffer.from(key, 'base64url');
    const publicKey = crypto.createPublicKey({
      key: {
        kty: 'EC',
        crv: 'P-256',
        x: point.subarray(1, 33).toString('base64url'),
        y: point.subarray(33).toString('base64url'),
      },
      format: 'jwk',
    });
    assert.ok(
      crypto.verify(
        'sha256',
        Buffer.from(`${head}.${claims}`),
        { key: publicKey, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      ),
      'the token is signed with the key beside it',
    );
    const said = JSON.parse(Buffer.from(claims, 'base64url'));
    assert.equal(said.aud, this.origin);
    assert.ok(said.exp > Date.now() / 1000 && said.exp <= Date.now() / 1000 + 24 * 3600);
    return { ...said, key };
  }
}

module.exports = { PushService };
