// What messages are on a page besides their looks: reachable for everybody, harmless whoever wrote
// them.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');

const { chromium } = require('playwright-core');

const { openGallery } = require('./content_gallery.js');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const corpus = path.resolve(__dirname, '../../web/src/content/xss.corpus.json');

let gallery;
let browser;
before(async () => {
  gallery = await openGallery();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
});
after(async () => {
  await browser?.close();
  await gallery?.close();
});

async function open(query = {}) {
  const page = await browser.newPage({ viewport: { width: 432, height: 900 } });
  await page.goto(gallery.url(query));
  await page.waitForSelector('.sample:last-child');
  return page;
}

for (const lang of ['en', 'zh-CN']) {
  for (const look of [
    { scheme: 'light' },
    { scheme: 'dark' },
    { scheme: 'dark', theme: 'contrast' },
  ]) {
    test(`axe finds nothing: ${lang}, ${Object.values(look).join(' ')}`, async () => {
      const page = await open({ lang, ...look });
      await page.evaluate(axe);
      const found = await page.evaluate(async () => {
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
        const { violations } = await window.axe.run({ runOnly: tags });
        return violations.flatMap(({ id, nodes }) =>
          nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
        );
      });
      assert.deepEqual(found, []);
      await page.close();
    });
  }
}

test('a picture opens large, by keys alone, and keeps the focus until it is closed', async () => {
  const page = await open();
  const pictures = page.locator('#card-images .c-picture');
  await pictures.first().focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('.c-viewer[open] img');
  const inside = () => page.evaluate(() => Boolean(document.activeElement.closest('.c-viewer')));
  assert.equal(await inside(), true);
  const places = new Set();
  for (let n = 0; n < 8; n++) {
    await page.keyboard.press(n < 4 ? 'Tab' : 'Shift+Tab');
    const place = await page.evaluate(
      () => document.activeElement.closest('.c-message, .c-viewer')?.className,
    );
    places.add(place ?? 'the window');
  }
  assert.ok(![...places].some((place) => place.includes('c-message')), [...places].join());
  await page.keyboard.press('ArrowRight');
  assert.match(await page.textContent('.c-viewer-bar'), /2 \/ \d/);
  await page.keyboard.press('ArrowLeft');
  assert.match(await page.textContent('.c-viewer-bar'), /1 \/ \d/);
  await page.keyboard.press('Escape');
  await page.waitForSelector('.c-viewer', { state: 'detached' });
  const focused = await page.evaluate(() => document.activeElement.className);
  assert.match(focused, /c-picture/);
  await page.close();
});

test('a click beside the picture closes it, too', async () => {
  const page = await open();
  await page.locator('#seed-image .c-picture').click();
  await page.waitForSelector('.c-viewer[open]');
  await page.mouse.click(5, 5);
  await page.waitForSelector('.c-viewer', { state: 'detached' });
  await page.close();
});

test('in a narrow window, or written large, nothing has to be scrolled sideways', async () => {
  const page = await open();
  const wide = () =>
    page.$$eval('.sample, .sample :is(div, p):not(.c-table)', (blocks) =>
      blocks
        .filter((block) => block.scrollWidth > block.clientWidth + 1)
        .map((block) => `${block.closest('.sample').id} ${block.className}`),
    );
  await page.setViewportSize({ width: 320, height: 900 });
  assert.deepEqual(await wide(), []);
  await page.evaluate(() => window.showHostile('W'.repeat(300)));
  assert.deepEqual(await wide(), []);
  await page.setViewportSize({ width: 432, height: 900 });
  await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
  assert.deepEqual(await wide(), []);
  await page.close();
});

test('hostile words run nothing, load nothing and break no policy', async () => {
  const page = await open();
  const events = [];
  page.on('dialog', (dialog) => {
    events.push(`dialog ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on('pageerror', (error) => events.push(`error ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    const own = url.startsWith('data:image/svg+xml,') || url === `${gallery.origin}/missing.png`;
    if (!own) events.push(`request ${url}`);
  });
  await page.exposeFunction('tell', (what) => events.push(what));
  await page.evaluate(() => {
    window.addEventListener('securitypolicyviolation', (event) => {
      window.tell(`policy ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  for (const payload of JSON.parse(fs.readFileSync(corpus, 'utf8'))) {
    await page.evaluate(async (put) => {
      window.showHostile(put);
      for (const button of document.querySelectorAll('.c-picture, .c-fold')) button.click();
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
      for (const viewer of document.querySelectorAll('.c-viewer')) viewer.close();
    }, payload);
    assert.deepEqual(events, [], payload);
    const wrong = await page.$$eval('#root *', (elements) =>
      elements.flatMap((element) => {
        const named = /^(script|iframe|object|embed|form|svg|math|style|link|base|meta)$/i.test(
          element.tagName,
        );
        const handlers = [...element.attributes].filter(({ name }) =>
          /^on|^style$|^srcdoc$/.test(name),
        );
        const leads = element.href && !/^(https?|mailto|tel):/.test(element.href);
        return named || handlers.length > 0 || leads ? [element.outerHTML] : [];
      }),
    );
    assert.deepEqual(wrong, [], payload);
  }
  await page.close();
});
