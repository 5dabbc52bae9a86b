// The newcomer's way: `carillon demo` prints two links, and the browser does the rest. What it sees
// on the way are the pictures of the README: UPDATE_PICTURES=1 puts them into docs/pictures.
'use strict';

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const { after, before, test } = require('node:test');

const { button, settled, until } = require('./console_page.js');
const { launch, message, upToDate } = require('./inbox_page.js');

const OLD = 'The office is closed on Friday';
const WORDS = 'Lunch is at noon, and everybody is invited';
const update = process.env.UPDATE_PICTURES === '1';
const folder = path.resolve(__dirname, update ? '../../docs/pictures' : '../../build/pictures');

let demo;
let browser;
const shown = [];
const link = (words) => shown.map((line) => line.match(words)?.[1]).find(Boolean);

before(async () => {
  demo = spawn(process.env.CARILLON_BINARY, ['demo', '--listen', '127.0.0.1:0'], {
    env: { ...process.env, CARILLON_ADMIN_TOKEN: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of readline.createInterface({ input: demo.stdout })) {
    shown.push(line);
    if (line.includes('stays up until Ctrl-C')) break;
  }
  browser = await launch();
});
after(async () => {
  await browser?.close();
  if (!demo || demo.exitCode !== null) return;
  const ended = new Promise((resolve) => demo.once('exit', resolve));
  demo.kill('SIGINT');
  await ended;
});

async function picture(page, name) {
  fs.mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
}

async function open(address, options) {
  const context = await browser.newContext({
    locale: 'en-US',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(error.stack ?? error.message));
  await page.goto(address);
  return page;
}

// Writes a text to two departments in the console, up to the batch's own page.
async function send(console_, words) {
  await console_.click('a[href="/console/compose"]');
  await console_.selectOption('.compose select', 'cli_demo');
  const tree = console_.getByRole('tree');
  await tree.getByText('Engineering').click();
  await tree.getByText('Marketing').click();
  await console_.locator('.field', { hasText: 'Text' }).locator('textarea').fill(words);
  await console_.getByText(/people will get it$/).waitFor();
  await until(console_, () => !document.querySelector('.send-row .off'));
  if (words === WORDS) await picture(console_, 'console-compose');
  await button(console_, 'Send…').click();
  await console_.getByRole('dialog').getByRole('button', { name: /^Send to / }).click();
  await console_.waitForURL(/\/batches\/bm-/);
  await console_.locator('h1 .state', { hasText: 'Sent' }).waitFor();
}

const readers = (page) =>
  page.evaluate(() =>
    Number(document.querySelector('.books dd b')?.textContent.replace(/\D/gu, '') ?? -1),
  );

test('from the two links of the demo: send, see it arrive, read, see the count move, recall', async () => {
  const inboxLink = link(/inbox of \S+ +(http\S+)/u);
  const consoleLink = link(/console: +(http\S+)/u);
  assert.ok(inboxLink && consoleLink, shown.slice(-8).join('\n'));

  const console_ = await open(consoleLink, { viewport: { width: 1360, height: 860 } });
  await button(console_, 'Sign in').click();
  await console_.waitForSelector('.shell-nav');
  assert.ok(!console_.url().includes('token'), 'the token is out of the address');

  const phone = await open(inboxLink, { viewport: { width: 390, height: 760 } });
  await upToDate(phone);

  // Somebody else's inbox, by a link that the console makes.
  await console_.goto(new URL('/console/directory', consoleLink).href);
  await console_.getByLabel(/^Search/u).first().fill('Han Meimei');
  await console_.locator('a[href*="/directory/people/"]').first().click();
  await button(console_, 'Make a link').click();
  const other = await open(await console_.locator('a[href*="/inbox?code="]').getAttribute('href'), {
    viewport: { width: 390, height: 760 },
  });
  await upToDate(other);

  await send(console_, OLD);
  await message(phone, OLD).waitFor();
  await send(console_, WORDS);
  await message(phone, WORDS).waitFor();
  await until(console_, () => /[1-9]/u.test(document.querySelector('.books dd b')?.textContent));
  assert.ok((await readers(console_)) >= 1);
  await picture(phone, 'inbox');

  await button(console_, 'Recall').click();
  await console_.getByRole('dialog').getByRole('button', { name: 'Recall' }).click();
  await console_.locator('h1 .state', { hasText: 'Recalled' }).waitFor();
  await message(phone, WORDS).waitFor({ state: 'detached' });
  await message(other, WORDS).waitFor({ state: 'detached' });
  await message(phone, OLD).waitFor();

  // What the demo itself has sent, with its thousands of readers.
  const batch = link(/^text to everybody +(bm-\S+)/u);
  await console_.goto(new URL(`/console/batches/${batch}`, consoleLink).href);
  await settled(console_);
  await picture(console_, 'console-batch');
  for (const page of [console_, phone, other]) assert.deepEqual(page.faults, []);
});
