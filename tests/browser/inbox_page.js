// The inbox as one person's device has it: opened by a link, in a browser profile of its own.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');

const { chromium } = require('playwright-core');

const LI = '7cdcc7c2';
const HAN = 'ca51d83b';
const PICTURES = path.resolve(__dirname, '../../build/pictures');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });

const inboxLink = async (server, userId) =>
  (await server.operator('POST', '/api/v1/sessions', { tenant_key: 'acme', user_id: userId }))
    .inbox_url;

// A device of that person with the inbox open on it, and up to date.
async function openInbox(browser, server, userId, options = {}) {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) page.complaints.push(message.text());
  });
  await page.goto(await inboxLink(server, userId));
  await page.waitForSelector('.page');
  await upToDate(page);
  return page;
}

// The live connection is there: what is sent from now on comes by itself.
const upToDate = (page) => page.waitForSelector('.page[data-link="live"]');

const message = (page, text) => page.locator('article', { hasText: text });
const unreadOf = (page) => page.title().then((title) => Number(/^\((\d+)\)/.exec(title)?.[1] ?? 0));
// Asks until the answer is the wanted one.
async function until(ask, wanted, what) {
  let answer;
  for (let tries = 0; tries < 500; ++tries) {
    answer = await ask();
    if (answer === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`${what}: ${answer} instead of ${wanted} after 10 s`);
}

// `until` instead of Playwright's waitForFunction: that one needs eval, which the policy forbids.
const untilUnread = (page, count) => until(() => unreadOf(page), count, 'unread in the title');

// What the device keeps of a person's inbox, in one store of its database.
const kept = (page, userId, store) =>
  page.evaluate(
    ([database, name]) =>
      new Promise((resolve) => {
        const opening = indexedDB.open(database);
        opening.onsuccess = () => {
          const all = opening.result.transaction(name).objectStore(name).getAll();
          all.onsuccess = () => {
            opening.result.close();
            resolve(all.result);
          };
        };
      }),
    [`carillon-inbox:acme:${userId}`, store],
  );

async function picture(page, name) {
  fs.mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: path.join(PICTURES, `inbox_${name}.png`) });
}

// What axe-core finds, one line each.
async function findings(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await window.axe.run({ runOnly: tags });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
    );
  });
}

module.exports = {
  HAN,
  LI,
  findings,
  inboxLink,
  kept,
  launch,
  message,
  openInbox,
  picture,
  unreadOf,
  until,
  untilUnread,
  upToDate,
};
