// The inbox stays smooth: 10,000 messages to scroll through, and arrivals in a stream.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const { startServer } = require('../sdk/node/server.js');
const { batchSend, makeClient, progressOnce, text } = require('../sdk/node/clients.js');
const { LI, launch, message, openInbox, unreadOf, until } = require('./inbox_page.js');

const MESSAGES = 10_000;
const STREAM = 1000; // sent as fast as they are taken: on an idle machine well over 10,000 a minute
const TASK_MAX_MS = 100;

let server;
let browser;
let app;
before(async () => {
  server = await startServer('--profile', 'own');
  browser = await launch();
  app = makeClient(server);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function sendMany(count, name) {
  const { token } = await tokenOf();
  let next = 0;
  let last;
  const sender = async () => {
    while (next < count) {
      const n = next++;
      const lines = 'It says a little more than the others do. '.repeat(n % 5);
      const answer = await fetch(`${server.url}/open-apis/message/v4/batch_send/`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify(text(`${name} ${n}. ${lines}`)),
      });
      const { code, msg, data } = await answer.json();
      assert.equal(code, 0, msg);
      last = data.message_id;
    }
  };
  await Promise.all(Array.from({ length: 32 }, sender));
  return last;
}
const tokenOf = async () => ({ token: await app.tokenManager.getTenantAccessToken() });

// The longest task of the page's main thread during `work`, in milliseconds of the thread's own
// time: what other processes of a busy machine take is not the page's doing.
async function longestTask(page, work) {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const renderers = traceEvents
    .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
    .map(({ pid, tid }) => `${pid} ${tid}`);
  const tasks = traceEvents.filter(
    ({ name, pid, tid, tdur }) =>
      /RunTask$/.test(name) && tdur !== undefined && renderers.includes(`${pid} ${tid}`),
  );
  assert.ok(tasks.length > 10, 'the trace has tasks');
  return Math.max(...tasks.map(({ tdur }) => tdur / 1000));
}

test('10,000 messages scroll from the first to the last without a long task', async (t) => {
  const last = await sendMany(MESSAGES, 'message');
  await progressOnce(app, last, (counts) => counts.success_user_ids_count === 1);
  await until(async () => (await server.inbox(LI)).unread, MESSAGES, 'in the inbox');
  const page = await openInbox(browser, server, LI);
  await page.locator('article').first().waitFor();
  const longest = await longestTask(page, async () => {
    const pages = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const feed = document.querySelector('#feed');
          let frames = 0;
          const down = () => {
            ++frames;
            feed.scrollTop += 1500;
            if (document.body.textContent.includes('That is all.') && feed.scrollTop + feed.clientHeight >= feed.scrollHeight - 1) resolve(frames);
            else requestAnimationFrame(down);
          };
          down();
        }),
    );
    t.diagnostic(`${pages} frames`);
  });
  t.diagnostic(`longest task: ${longest.toFixed(1)} ms`);
  assert.ok(longest <= TASK_MAX_MS, `a task of ${longest} ms`);
  const rows = await page.locator('article').count();
  assert.ok(rows < 60, `${rows} rows exist`);
  assert.equal(await page.locator('article').last().getAttribute('aria-posinset'), String(MESSAGES));
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('a stream of arrivals is shown without a long task', async (t) => {
  const page = await openInbox(browser, server, LI);
  await page.locator('article').first().waitFor();
  const begin = Date.now();
  let last;
  const longest = await longestTask(page, async () => {
    await sendMany(STREAM, 'stream');
    last = Date.now();
    // Those on the screen may be read meanwhile.
    const all = async () => (await unreadOf(page)) >= MESSAGES + STREAM - 100;
    await until(all, true, 'all of the stream on the page');
  });
  await message(page, 'stream').first().waitFor();
  const aMinute = Math.round((STREAM / (last - begin)) * 60_000);
  t.diagnostic(`${aMinute} arrivals a minute, longest task: ${longest.toFixed(1)} ms`);
  assert.ok(longest <= TASK_MAX_MS, `a task of ${longest} ms`);
  await page.context().close();
});
