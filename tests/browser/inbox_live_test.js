// The inbox while things happen: arrivals, reading, recalls, a second device, a server that dies.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const { startServer } = require('../sdk/node/server.js');
const { batchSend, makeClient, progress, recall, text } = require('../sdk/node/clients.js');
const {
  LI,
  kept,
  launch,
  message,
  openInbox,
  picture,
  unreadOf,
  until,
  untilUnread,
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

const send = async (content, userIds) =>
  (await batchSend(app, text(content, userIds && { user_ids: userIds }))).data.message_id;
const unreadOnServer = async (userId) => (await server.inbox(userId)).unread;
const readers = async (id) =>
  (await progress(app, id)).data.batch_message_send_progress.read_user_ids_count;

test('a message arrives, is read by being looked at, and every side hears of it', async () => {
  const desk = await openInbox(browser, server, LI);
  const phone = await openInbox(browser, server, LI, { viewport: { width: 360, height: 740 } });
  // On the phone something lies over the list: there it is shown, but not seen.
  await phone.getByRole('button', { name: 'Settings' }).click();
  await phone.getByRole('dialog').waitFor();

  const id = await send('Seen at once: 你好 <b>&</b> <script>alert(1)</script>');
  await message(phone, 'Seen at once').waitFor();
  const shown = message(desk, 'Seen at once: 你好 <b>&</b> <script>alert(1)</script>');
  await shown.waitFor();
  await until(() => readers(id), 1, 'readers that the sender sees');
  assert.equal(await unreadOnServer(LI), 0);
  await untilUnread(desk, 0);
  await untilUnread(phone, 0);
  await phone.waitForSelector('article:not(.unread)', { state: 'attached' });
  await Promise.all([desk.context().close(), phone.context().close()]);
});

test('what is not looked at stays unread: a covered list, a page without the focus', async () => {
  const page = await openInbox(browser, server, 'lucy');
  await page.evaluate(() => {
    document.hasFocus = () => false;
    window.dispatchEvent(new Event('blur'));
  });
  await send('not seen yet', ['lucy']);
  await message(page, 'not seen yet').waitFor();
  // The same page looks at it for longer than reading takes.
  await page.evaluate(
    () => new Promise((resolve) => setTimeout(resolve, 1500)), // the time itself is what is tested
  );
  assert.equal(await unreadOf(page), 1);
  assert.equal(await unreadOnServer('lucy'), 1);
  await page.evaluate(() => {
    delete document.hasFocus;
    window.dispatchEvent(new Event('focus'));
  });
  await until(() => unreadOnServer('lucy'), 0, 'unread once it was looked at');
  await page.context().close();
});

test('a recall takes the message off every device, and out of what they keep', async () => {
  const pages = [
    await openInbox(browser, server, 'lily'),
    await openInbox(browser, server, 'lily'),
  ];
  await send('stays', ['lily']);
  const id = await send('taken back', ['lily']);
  for (const page of pages) await message(page, 'taken back').waitFor();
  await recall(app, id);
  const texts = async (page) =>
    (await kept(page, 'lily', 'messages')).map(({ content }) => content.text).join();
  for (const page of pages) {
    await message(page, 'taken back').waitFor({ state: 'detached' });
    await message(page, 'stays').waitFor();
    await until(() => texts(page), 'stays', 'kept on the device');
    await page.context().close();
  }
});

test('who reads further down is not disturbed, and told how many are new', async () => {
  for (let n = 0; n < 60; ++n) await send(`older ${n}`, ['jim']);
  const page = await openInbox(browser, server, 'jim');
  const feed = page.locator('#feed');
  await feed.evaluate((box) => box.scrollTo(0, 2500));
  const inView = () =>
    feed.evaluate((box) => {
      const { top } = box.getBoundingClientRect();
      const rows = [...box.querySelectorAll('article')];
      const row = rows.find((candidate) => candidate.getBoundingClientRect().bottom > top + 1);
      return row && `${row.dataset.id} ${Math.round(row.getBoundingClientRect().top)}`;
    });
  const atRest = async () => {
    const now = await inView(); // nothing, until the rows of that place are drawn
    return now !== undefined && now === (await inView());
  };
  await until(atRest, true, 'at rest');
  const before = await inView();
  for (let n = 0; n < 3; ++n) await send(`new ${n}`, ['jim']);
  const pill = page.getByRole('button', { name: '3 new messages' });
  await pill.waitFor();
  assert.equal(await inView(), before);
  await picture(page, 'pill');

  // Nearer to the top they are there, still without moving what is read.
  await feed.evaluate((box) => box.scrollTo(0, 300));
  await message(page, 'new 2').waitFor({ state: 'attached' });
  await pill.click();
  await until(() => feed.evaluate((box) => box.scrollTop), 0, 'at the top');
  await message(page, 'new 2').waitFor();
  assert.match(await page.evaluate(() => document.activeElement.textContent), /new 2/);
  await page.context().close();
});

test('screen readers hear how many came, once in a while', async () => {
  const page = await openInbox(browser, server, LI);
  for (let n = 0; n < 5; ++n) await send(`quiet ${n}`);
  await page.getByText(/^5 new messages arrived$/).waitFor({ state: 'attached' });
  await page.context().close();
});

test('the page outlives a crash of the server, and gets what was sent meanwhile', async () => {
  const page = await openInbox(browser, server, LI);
  await send('before the crash');
  await message(page, 'before the crash').waitFor();
  server.child.kill('SIGKILL');
  await server.ended;
  await page.getByText('The connection is lost').waitFor();
  await message(page, 'before the crash').waitFor();
  await server.launch();
  app = makeClient(server);
  await send('after the crash');
  await message(page, 'after the crash').waitFor();
  await upToDate(page);
  await page.getByText('The connection is lost').waitFor({ state: 'detached' });
  assert.equal(await message(page, 'before the crash').count(), 1);
  await page.context().close();
});

test('an image that arrives live is shown', async () => {
  const page = await openInbox(browser, server, LI);
  const png = await page.screenshot({ clip: { x: 0, y: 0, width: 64, height: 64 } });
  const form = new FormData();
  form.set('image_type', 'message');
  form.set('image', new Blob([png], { type: 'image/png' }), 'i.png');
  const talk = makeClient(server, { appId: 'cli_talk', appSecret: 'talk-secret' });
  const token = await talk.tokenManager.getTenantAccessToken();
  const answer = await fetch(`${server.url}/open-apis/im/v1/images`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    body: form,
  });
  const { data } = await answer.json();
  await batchSend(talk, {
    user_ids: [LI],
    msg_type: 'image',
    content: { image_key: data.image_key },
  });
  const image = message(page, '').locator('img').first();
  await until(() => image.evaluate(({ naturalWidth }) => naturalWidth), 64, 'width of the image');
  await page.context().close();
});

test('filters: unread only, and by app', async () => {
  const other = makeClient(server, { appId: 'cli_other' });
  await batchSend(other, text('from the canteen', { user_ids: [LI] }));
  const page = await openInbox(browser, server, LI);
  await until(() => unreadOnServer(LI), 0, 'unread');
  await page.getByRole('button', { name: 'Canteen' }).click();
  await until(() => page.locator('article').count(), 1, 'messages of the canteen');
  await message(page, 'from the canteen').waitFor();
  await page.getByRole('button', { name: /^Unread/ }).click();
  await page.getByText('You have read everything').waitFor();
  await picture(page, 'all_read');
  await send('fresh');
  await message(page, 'fresh').waitFor();
  await untilUnread(page, 0);
  await message(page, 'fresh').waitFor(); // it does not vanish under the eye
  await page.context().close();
});

test('a push shows the words of the message, and none of one that was recalled', async () => {
  const page = await openInbox(browser, server, LI, { permissions: ['notifications'] });
  await until(
    () => page.evaluate(() => navigator.serviceWorker.controller?.state),
    'activated',
    'the service worker',
  );
  const kept = await send('Lunch is at noon');
  const gone = await send('a secret that was taken back');
  await message(page, 'a secret').waitFor();
  await recall(app, gone);
  await message(page, 'a secret').waitFor({ state: 'detached' });

  const devtools = await page.context().newCDPSession(page);
  const registration = new Promise((resolve) =>
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const found = registrations.find(({ isDeleted }) => !isDeleted);
      if (found) resolve(found.registrationId);
    }),
  );
  await devtools.send('ServiceWorker.enable');
  for (const batch_id of [kept, gone]) {
    await devtools.send('ServiceWorker.deliverPushMessage', {
      origin: new URL(page.url()).origin,
      registrationId: await registration,
      data: JSON.stringify({ type: 'message', batch_id, app: { app_id: 'cli_demo', name: 'HR' } }),
    });
  }
  const shown = () =>
    page.evaluate(async () => {
      const notices = await (await navigator.serviceWorker.ready).getNotifications();
      return notices.map(({ title, body }) => `${title}: ${body}`).sort().join(' | ');
    });
  await until(shown, 'HR: Lunch is at noon | HR: New message', 'notifications');
  await page.context().close();
});
