// The vendor's limit of 50 calls a second of one app to one API, as the SDK shows it.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const { batchSend, makeClient, progress, text } = require('./clients.js');
const { startServer } = require('./server.js');

let server;
before(async () => {
  server = await startServer();
});
after(() => server.stop());

test('beyond 50 calls a second: 429 with the documented body and headers', async () => {
  const client = makeClient(server);
  const other = makeClient(server, { appId: 'cli_other' });
  const sent = await batchSend(client, text('asked about often'));
  await other.tokenManager.getTenantAccessToken();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 160 }, () => progress(client, sent.data.message_id)),
  );
  const fine = outcomes.filter((o) => o.status === 'fulfilled');
  const limited = outcomes.filter((o) => o.status === 'rejected').map((o) => o.reason.response);
  assert.ok(fine.length >= 50, `${fine.length} calls were let through`);
  assert.ok(limited.length > 0, 'none was refused');
  for (const answer of limited) {
    assert.equal(answer.status, 429);
    assert.deepEqual(answer.data, { code: 99991400, msg: 'request trigger frequency limit' });
    assert.match(answer.headers['x-ogw-ratelimit-limit'], /^\d+$/);
    assert.match(answer.headers['x-ogw-ratelimit-reset'], /^\d+$/);
  }
  // Another API of this app, and this API of another app, have budgets of their own.
  assert.equal((await batchSend(client, text('still welcome'))).code, 0);
  const foreign = await progress(other, sent.data.message_id).catch((e) => e.response);
  assert.equal(foreign.data.code, 230012);
});
