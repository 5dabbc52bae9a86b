// The inbox stays smooth: 10,000 messages to scroll through, and arrivals in a stream.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const { startServer } = require('../sdk/node/server.js');
const { batchSend, makeClient, progressOnce, text } = require('../sdk/node/clients.js');
const { LI, inboxLink, launch, message, openInbox, unreadOf, until } = require('./inbox_page.js');

const FIRST = 30;
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
  const token = await app.tokenManager.getTenantAccessToken();
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

// What the page's main thread did during `work`: its tasks, in milliseconds of the thread's own time
// (what other processes of a busy machine take is not the page's doing), and the whole trace.
async function traced(page, work) {
  const categories = ['toplevel', 'loading', 'disabled-by-default-devtools.timeline'];
  await page.context().browser().startTracing(page, { categories });
  await work();
  const { traceEvents } = JSON.parse((await page.context().browser().stopTracing()).toString());
  const threads = traceEvents
    .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
    .map(({ pid, tid }) => `${pid} ${tid}`);
  const tasks = traceEvents
    .filter(({ name, tdur }) => name === 'ThreadControllerImpl::RunTask' && tdur !== undefined)
    .filter(({ pid, tid }) => threads.includes(`${pid} ${tid}`))
    .map(({ ts, tdur }) => ({ at: ts / 1000, ms: tdur / 1000 }));
  assert.ok(tasks.length > 10, 'the trace has tasks');
  return { tasks, events: traceEvents, longest: Math.max(...tasks.map(({ ms }) => ms)) };
}

test('the first paint comes within a second on a device four times slower', async (t) => {
  const slow = await launch(); // of its own: the throttle is the whole process's
  const context = await slow.newContext({ serviceWorkers: 'block' }); // as on the first visit
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await sendMany(FIRST, 'first');
  const link = await inboxLink(server, LI);
  const { tasks, events } = await traced(page, async () => {
    await page.goto(link);
    await page.locator('article').first().waitFor();
  });
  const wall = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0].startTime,
  );
  const paint = events.filter(({ name }) => name === 'firstContentfulPaint').pop().ts / 1000;
  const busy = tasks
    .filter(({ at }) => at >= paint - wall && at <= paint)
    .reduce((sum, { ms }) => sum + ms, 0);
  t.diagnostic(`first paint after ${wall.toFixed(0)} ms, ${busy.toFixed(0)} of them busy`);
  assert.ok(busy < 1000, `${busy} ms`);
  await slow.close();
});

test('10,000 messages scroll from the first to the last without a long task', async (t) => {
  const last = await sendMany(MESSAGES, 'message');
  await progressOnce(app, last, (counts) => counts.success_user_ids_count === 1);
  await until(
    async () => (await server.inbox(LI)).unread >= FIRST + MESSAGES,
    true,
    'in the inbox',
  );
  const page = await openInbox(browser, server, LI);
  await page.locator('article').first().waitFor();
  const { longest } = await traced(page, async () => {
    const pages = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const feed = document.querySelector('#feed');
          let frames = 0;
          const down = () => {
            ++frames;
            feed.scrollTop += 1500;
            if (
              document.body.textContent.includes('That is all.') &&
              feed.scrollTop + feed.clientHeight >= feed.scrollHeight - 1
            )
              resolve(frames);
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
  assert.equal(
    await page.locator('article').last().getAttribute('aria-posinset'),
    String(FIRST + MESSAGES),
  );
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('a stream of arrivals is shown without a long task', async (t) => {
  const page = await openInbox(browser, server, LI);
  await page.locator('article').first().waitFor();
  const unread = await unreadOf(page);
  const begin = Date.now();
  let last;
  const { longest } = await traced(page, async () => {
    await sendMany(STREAM, 'stream');
    last = Date.now();
    // Those on the screen may be read meanwhile.
    const all = async () => (await unreadOf(page)) >= unread + STREAM - 100;
    await until(all, true, 'all of the stream on the page');
  });
  await message(page, 'stream').first().waitFor();
  const aMinute = Math.round((STREAM / (last - begin)) * 60_000);
  t.diagnostic(`${aMinute} arrivals a minute, longest task: ${longest.toFixed(1)} ms`);
  assert.ok(longest <= TASK_MAX_MS, `a task of ${longest} ms`);
  await page.context().close();
});
