// A Carillon server of our own for one test file: started, killed and started again on one port.
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');

const ADMIN = 'sdk-tests-admin';
const BINARY = process.env.CARILLON_BINARY;

class Server {
  constructor(args) {
    this.args = args;
    this.data = fs.mkdtempSync(path.join(os.tmpdir(), 'carillon-sdk-'));
    this.listen = '127.0.0.1:0';
  }

  async launch() {
    this.child = spawn(
      BINARY,
      [
        'serve',
        '--data',
        this.data,
        '--listen',
        this.listen,
        '--set',
        'log.level=error',
        ...this.args,
      ],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, CARILLON_ADMIN_TOKEN: ADMIN },
      },
    );
    this.ended = new Promise((resolve) => this.child.once('exit', resolve));
    const lines = readline.createInterface({ input: this.child.stdout });
    this.url = await new Promise((resolve, reject) => {
      lines.on('line', (line) => line.startsWith('ready ') && resolve(line.slice(6).trim()));
      this.child.once('exit', (code) => reject(new Error(`carillon ended with ${code}`)));
      this.child.once('error', reject);
    });
    this.listen = new URL(this.url).host;
  }

  // Ends the process as a power cut would, and starts it again at the same address.
  async crashAndRestart() {
    this.child.kill('SIGKILL');
    await this.ended;
    await this.launch();
  }

  async stop() {
    this.child.kill('SIGTERM');
    await this.ended;
    fs.rmSync(this.data, { recursive: true, force: true });
  }

  async operator(method, target, body) {
    const answer = await fetch(this.url + target, {
      method,
      headers: { Authorization: `Bearer ${ADMIN}`, 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${target}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  // The inbox of one person, newest first, and a call by which they report what they read.
  async inbox(userId) {
    const { token } = await this.operator('POST', '/api/v1/sessions', {
      tenant_key: 'acme',
      user_id: userId,
    });
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const page = await (await fetch(`${this.url}/api/v1/inbox?limit=100`, { headers })).json();
    const read = async (messageIds) => {
      const answer = await fetch(`${this.url}/api/v1/inbox/read`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ message_ids: messageIds }),
      });
      return (await answer.json()).read;
    };
    return { messages: page.messages, unread: page.unread, read };
  }
}

async function startServer(...args) {
  const server = new Server(args);
  await server.launch();
  const organisation = fs.readFileSync(path.join(__dirname, '..', 'org.json'), 'utf8');
  await server.operator('POST', '/api/v1/import', organisation);
  return server;
}

module.exports = { startServer };
