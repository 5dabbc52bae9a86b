// A receiver of events as an app has one: an HTTP server that hands what comes to the SDK's
// EventDispatcher, and can be told to fail.
'use strict';

const http = require('node:http');
const https = require('node:https');

const { lark } = require('./clients.js');

const quiet = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };

// A list that can be waited for.
class Arrivals {
  constructor() {
    this.all = [];
    this.waiting = [];
  }
  push(item) {
    this.all.push(item);
    this.waiting.splice(0).forEach((wake) => wake());
  }
  // The first `count` that `wanted` holds for, once they are there.
  async first(count, wanted = () => true, seconds = 20) {
    const until = Date.now() + seconds * 1000;
    for (;;) {
      const found = this.all.filter(wanted);
      if (found.length >= count) return found.slice(0, count);
      const left = until - Date.now();
      if (left <= 0) {
        throw new Error(`${found.length} of ${count} came: ${JSON.stringify(this.all)}`);
      }
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.waiting.push(() => (clearTimeout(timer), resolve()));
      });
    }
  }
}

class Receiver {
  // `tls`: {key, cert}, to be called by https.
  constructor({ encryptKey = '', verificationToken = 'v', types, cache, tls } = {}) {
    this.events = new Arrivals();
    this.posts = [];
    this.answer = null; // (request, body) => [status, body] instead of the SDK's
    const dispatcher = new lark.EventDispatcher({
      encryptKey,
      verificationToken,
      logger: quiet,
      cache,
    });
    const handlers = {};
    for (const type of types) handlers[type] = async (data) => this.events.push(data);
    this.dispatcher = dispatcher.register(handlers);
    const sdk = lark.adaptDefault('/events', this.dispatcher, { autoChallenge: true });
    this.scheme = tls ? 'https' : 'http';
    const create = tls ? (take) => https.createServer(tls, take) : http.createServer;
    this.server = create((request, response) => {
      const chunks = [];
      // Seen beside the SDK, which reads the same stream.
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () =>
        this.posts.push({ headers: request.headers, body: Buffer.concat(chunks).toString() }),
      );
      if (this.answer) {
        request.on('end', () => this.answer(request, response));
      } else {
        sdk(request, response);
      }
    });
  }
  async listen(port = 0) {
    await new Promise((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    this.port = this.server.address().port;
    this.url = `${this.scheme}://127.0.0.1:${this.port}/events`;
    return this;
  }
  async close() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

module.exports = { Arrivals, Receiver, quiet };
