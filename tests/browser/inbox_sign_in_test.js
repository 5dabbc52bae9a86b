// Opening the inbox: the link, the cookie, what is sent along, both languages, all looks.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const { startServer } = require('../sdk/node/server.js');
const { batchSend, makeClient, text } = require('../sdk/node/clients.js');
const {
  HAN,
  LI,
  findings,
  inboxLink,
  kept,
  launch,
  message,
  openInbox,
  picture,
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

const expense = {
  config: { wide_screen_mode: true },
  header: { template: 'orange', title: { tag: 'plain_text', content: 'Expense report 2041' } },
  elements: [
    { tag: 'div', text: { tag: 'lark_md', content: '**Li Lei** asks for **1,240.00**, travel' } },
    {
      tag: 'div',
      fields: [
        { is_short: true, text: { tag: 'lark_md', content: '**From**\nShanghai' } },
        { is_short: true, text: { tag: 'lark_md', content: '**To**\nShenzhen' } },
      ],
    },
    {
      tag: 'action',
      actions: [
        {
          tag: 'button',
          type: 'primary',
          text: { tag: 'plain_text', content: 'Look at it' },
          url: 'https://example.com/2041',
        },
      ],
    },
    { tag: 'note', elements: [{ tag: 'plain_text', content: 'Finance' }] },
  ],
};

async function sendSamples(userId) {
  const to = { user_ids: [userId] };
  const other = makeClient(server, { appId: 'cli_other' });
  await batchSend(app, text('Welcome! Your account is ready.', to));
  await batchSend(
    other,
    text('今天的午餐：红烧牛肉面、番茄炒蛋、清炒时蔬。\n十二点开始供应。', to),
  );
  await batchSend(app, { ...to, msg_type: 'interactive', card: expense });
  await batchSend(app, {
    ...to,
    msg_type: 'post',
    content: {
      post: {
        en_us: {
          title: 'Fire drill on Thursday',
          content: [
            [{ tag: 'text', text: 'At 15:00 everybody leaves the building. ' }],
            [{ tag: 'a', text: 'Where to meet', href: 'https://example.com/drill' }],
          ],
        },
        zh_cn: {
          title: '周四消防演习',
          content: [
            [{ tag: 'text', text: '15:00 全体离开大楼。' }],
            [{ tag: 'a', text: '集合地点', href: 'https://example.com/drill' }],
          ],
        },
      },
    },
  });
  await batchSend(other, text('The canteen is closed tomorrow.', to));
}

test('the link signs in once, and leaves a cookie that no script can read', async () => {
  const link = await inboxLink(server, LI);
  const context = await browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  await page.goto(link);
  await page.waitForSelector('.page');
  assert.equal(new URL(page.url()).search, '', 'the code is gone from the address');
  assert.equal(await page.evaluate(() => document.cookie), '');
  const [cookie, ...others] = await context.cookies();
  assert.deepEqual(others, []);
  assert.equal(cookie.name, 'carillon_person');
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, 'Strict');
  assert.equal(cookie.path, '/');
  await page.reload();
  await page.waitForSelector('.page');

  const thief = await browser.newContext({ locale: 'en-US' });
  const second = await thief.newPage();
  await second.goto(link);
  await second.waitForSelector('.signed-out');
  assert.match(await second.textContent('h1'), /no longer works/);
  assert.deepEqual(await thief.cookies(), []);
  await Promise.all([context.close(), thief.close()]);
});

test('nobody is signed in: the page says how to', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({ locale: 'en-US', colorScheme });
    const page = await context.newPage();
    await page.goto(new URL('/inbox', await inboxLink(server, LI)).href);
    await page.waitForSelector('.signed-out');
    assert.match(await page.textContent('main'), /Open the link/);
    assert.deepEqual(await findings(page), []);
    await picture(page, `signed_out_${colorScheme}`);
    await context.close();
  }
});

test('signing out leaves nothing of the person on the device', async () => {
  const page = await openInbox(browser, server, LI);
  await batchSend(app, text('kept on the device'));
  await message(page, 'kept on the device').waitFor();
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForSelector('.signed-out');
  assert.deepEqual(await page.context().cookies(), []);
  const left = await page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name),
    person: localStorage.getItem('carillon.inbox.person'),
  }));
  assert.deepEqual(left, { databases: [], person: null });
  await page.reload();
  await page.waitForSelector('.signed-out');
  await page.context().close();
});

test('who signs out in one tab is signed out in the others', async () => {
  const page = await openInbox(browser, server, LI);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await upToDate(other);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await other.waitForSelector('.signed-out');
  await page.context().close();
});

test('a link for somebody else leaves nothing of the first person to see', async () => {
  await batchSend(app, text('for Li Lei only'));
  const page = await openInbox(browser, server, LI);
  await message(page, 'for Li Lei only').waitFor();
  await page.goto(await inboxLink(server, 'jim'));
  await upToDate(page);
  await page.getByText('Jim, Acme').waitFor();
  assert.equal(await message(page, 'for Li Lei only').count(), 0);
  await until(async () => (await kept(page, LI, 'messages')).length, 0, 'kept of Li Lei');
  await page.context().close();
});

test('the first screen stays below 60 KB, and breaks no rule of the policy', async () => {
  const page = await openInbox(browser, server, LI);
  const bytes = await page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
      .filter(({ name }) => /\/inbox($|\?|\/assets\/)/.test(name))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  );
  assert.ok(bytes > 10_000 && bytes < 60_000, `${bytes} bytes`);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('axe finds nothing: list, settings and empty list, in every look and language', async () => {
  await sendSamples(HAN);
  for (const locale of ['en-US', 'zh-CN']) {
    const page = await openInbox(browser, server, HAN, { locale });
    const words =
      locale === 'zh-CN'
        ? { settings: '设置', close: '关闭', unread: /未读/ }
        : { settings: 'Settings', close: 'Close', unread: /^Unread/ };
    await message(page, locale === 'zh-CN' ? '消防演习' : 'Fire drill').waitFor();
    for (const theme of ['light', 'dark', 'contrast']) {
      await page.getByRole('button', { name: words.settings, exact: true }).click();
      const names = {
        light: ['Light', '浅色'],
        dark: ['Dark', '深色'],
        contrast: ['High contrast', '高对比度'],
      };
      await page.getByLabel(names[theme][locale === 'zh-CN' ? 1 : 0], { exact: true }).check();
      assert.deepEqual(await findings(page), [], `settings ${theme} ${locale}`);
      await picture(page, `settings_${theme}_${locale}`);
      await page.getByRole('button', { name: words.close, exact: true }).click();
      assert.deepEqual(await findings(page), [], `list ${theme} ${locale}`);
      await picture(page, `list_${theme}_${locale}`);
      await page.setViewportSize({ width: 360, height: 740 });
      assert.deepEqual(await findings(page), [], `phone ${theme} ${locale}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.equal(wide, 360, 'nothing is wider than the phone');
      await picture(page, `phone_${theme}_${locale}`);
      await page.setViewportSize({ width: 1280, height: 800 });
    }
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  }
  for (const colorScheme of ['light', 'dark']) {
    const page = await openInbox(browser, server, 'jim', { colorScheme });
    await page.getByText('Nothing here yet').waitFor();
    assert.deepEqual(await findings(page), [], `empty ${colorScheme}`);
    await picture(page, `empty_${colorScheme}`);
    await page.context().close();
  }
});

test('the language is the browser’s, until another is chosen; then that stays', async () => {
  const page = await openInbox(browser, server, LI, { locale: 'zh-CN' });
  assert.match(await page.title(), /收件箱/);
  assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
  await page.getByRole('button', { name: '设置', exact: true }).click();
  await page.getByLabel('English').check();
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
  await page.reload();
  await page.waitForSelector('.page');
  assert.match(await page.title(), /Inbox/);
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  await page.context().close();
});

test('everything can be done with the keys alone', async () => {
  const page = await openInbox(browser, server, HAN);
  await page.locator('article').first().waitFor();
  const focused = () =>
    page.evaluate(() => document.activeElement.closest('article')?.getAttribute('aria-posinset'));
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  await page.keyboard.press('j');
  assert.equal(await focused(), '1');
  await page.keyboard.press('j');
  assert.equal(await focused(), '2');
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(), '3');
  await page.keyboard.press('k');
  await page.keyboard.press('ArrowUp');
  assert.equal(await focused(), '1');
  const outline = await page
    .locator('article:focus .card')
    .evaluate((card) => getComputedStyle(card).outlineStyle);
  assert.equal(outline, 'solid', 'one sees where one is');
  await page.keyboard.press('g');
  assert.equal(await focused(), '1');
  const gear = page.getByRole('button', { name: 'Settings' });
  await gear.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await gear.evaluate((button) => button === document.activeElement), true);
  await page.context().close();
});
