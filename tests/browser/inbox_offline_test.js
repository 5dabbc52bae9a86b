// The inbox without a network: what was loaded is there, what is read is told later.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const { startServer } = require('../sdk/node/server.js');
const { batchSend, makeClient, recall, text } = require('../sdk/node/clients.js');
const {
  HAN,
  LI,
  kept,
  launch,
  message,
  openInbox,
  picture,
  unreadOf,
  until,
  upToDate,
} = require('./inbox_page.js');

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

const send = async (content, userId = LI) =>
  (await batchSend(app, text(content, { user_ids: [userId] }))).data.message_id;
const unreadOnServer = async (userId) => (await server.inbox(userId)).unread;

// The shell is kept, and the worker answers for the page.
const installed = (page) =>
  until(
    () => page.evaluate(() => navigator.serviceWorker.controller?.state),
    'activated',
    'the service worker',
  );

// What is on the screen was read, and the server has heard of it.
async function allTold(page) {
  const unreadInView = () =>
    [...document.querySelectorAll('article.unread')].filter((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return (top + bottom) / 2 > 0 && (top + bottom) / 2 < innerHeight;
    }).length;
  const told = async () =>
    (await page.evaluate(unreadInView)) === 0 &&
    (await kept(page, LI, 'reads')).length === 0 &&
    (await unreadOf(page)) === (await unreadOnServer(LI));
  await until(told, true, 'everything told');
}

test('offline it opens with what was loaded; what is read is told on return', async () => {
  for (let n = 0; n < 40; ++n) await send(`kept ${n}`);
  const page = await openInbox(browser, server, LI, { viewport: { width: 900, height: 500 } });
  await installed(page);
  await message(page, 'kept 39').waitFor();
  await page.locator('#feed').evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await message(page, 'kept 9').waitFor({ state: 'attached' });
  await until(async () => (await kept(page, LI, 'messages')).length, 40, 'kept messages');
  await allTold(page); // else a call on its way might arrive later

  await page.context().setOffline(true);
  await page.getByText('You are offline').waitFor();
  const before = await unreadOnServer(LI);
  await page.reload();
  await message(page, 'kept 39').waitFor();
  await page.getByText('You are offline').waitFor();
  await picture(page, 'offline');
  await page.locator('#feed').evaluate((box) => box.scrollTo(0, box.scrollHeight));
  await message(page, 'kept 0').waitFor();
  const queued = async () => (await kept(page, LI, 'reads')).length > 0;
  await until(queued, true, 'reads that wait on the device');
  assert.equal(await unreadOnServer(LI), before, 'the server has not heard');
  await page.reload(); // they survive the page
  await message(page, 'kept 39').waitFor();

  await page.context().setOffline(false);
  await upToDate(page);
  await until(queued, false, 'nothing waits');
  assert.ok((await unreadOnServer(LI)) < before);
  // What is on the screen is being read all the while.
  const agreed = async () => (await unreadOf(page)) === (await unreadOnServer(LI));
  await until(agreed, true, 'the page and the server count the same');
  await page.context().close();
});

test('what was recalled and sent meanwhile is put right on return', async () => {
  await send('stays', HAN);
  const gone = await send('taken back meanwhile', HAN);
  const page = await openInbox(browser, server, HAN);
  await installed(page);
  await message(page, 'taken back meanwhile').waitFor();
  await until(async () => (await kept(page, HAN, 'messages')).length, 2, 'kept messages');
  await page.context().setOffline(true);
  await page.getByText('You are offline').waitFor();
  await recall(app, gone);
  await send('sent meanwhile', HAN);
  await page.reload();
  await message(page, 'taken back meanwhile').waitFor();
  await page.context().setOffline(false);
  await message(page, 'sent meanwhile').waitFor();
  await message(page, 'taken back meanwhile').waitFor({ state: 'detached' });
  await message(page, 'stays').waitFor();
  await page.context().close();
});

test('a page that was closed while the server was away sends its reads the next time', async () => {
  await send('read while it was away', 'lucy');
  const page = await openInbox(browser, server, 'lucy');
  await installed(page);
  await message(page, 'read while it was away').waitFor();
  const context = page.context();
  server.child.kill('SIGKILL');
  await server.ended;
  await page.waitForSelector('article:not(.unread)');
  await page.close();
  await server.launch();
  app = makeClient(server);
  const again = await context.newPage();
  await again.goto(page.url());
  await until(() => unreadOnServer('lucy'), 0, 'unread');
  await context.close();
});

test('it can be installed: manifest and icons are there', async () => {
  const page = await openInbox(browser, server, LI);
  const manifest = await page.evaluate(async () =>
    (await fetch(document.querySelector('link[rel=manifest]').href)).json(),
  );
  assert.equal(manifest.display, 'standalone');
  for (const { src, sizes, type } of manifest.icons) {
    const size = await page.evaluate(async (address) => {
      const answer = await fetch(address);
      const picture = new Image();
      picture.src = address;
      await picture.decode();
      return [answer.headers.get('content-type'), picture.naturalWidth];
    }, src);
    assert.equal(size[0], type);
    if (sizes !== 'any') assert.equal(size[1], parseInt(sizes, 10));
  }
  await page.context().close();
});
