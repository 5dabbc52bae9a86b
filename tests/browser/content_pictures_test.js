// Every kind of message as it looks, against the pictures in pictures/. After a change that is
// meant: UPDATE_PICTURES=1 node --test content_pictures_test.js, and look at what git shows. What
// was seen is left in build/pictures.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');

const { chromium } = require('playwright-core');

const { difference } = require('./content_compare.js');
const { openGallery } = require('./content_gallery.js');

const kept = path.join(__dirname, 'pictures');
const seen = path.resolve(__dirname, '../../build/pictures');
const update = process.env.UPDATE_PICTURES === '1';

let gallery;
let browser;
before(async () => {
  for (const folder of [kept, seen]) fs.mkdirSync(folder, { recursive: true });
  gallery = await openGallery();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--force-color-profile=srgb', '--font-render-hinting=none'],
  });
});
after(async () => {
  await browser?.close();
  await gallery?.close();
});

async function open(query) {
  const page = await browser.newPage({
    viewport: { width: 432, height: 900 },
    reducedMotion: 'reduce',
  });
  await page.goto(gallery.url(query));
  // A lazy picture is loaded when it comes near; the window is made as high as the page.
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: 432, height: height + 100 });
  await page.waitForSelector('.c-picture.c-loading', { state: 'detached' });
  await page.evaluate(() => document.fonts.ready);
  return page;
}

// Alone, so that what stands above moves nothing by half a pixel.
async function showOnly(page, name) {
  await page.$$eval(
    'section',
    (sections, id) => {
      for (const section of sections) section.hidden = !section.querySelector(`[id="${id}"]`);
    },
    name,
  );
}

// Those that look different from the picture that is kept.
async function differing(page, suffix, isWanted = () => true) {
  const names = await page.$$eval('.sample', (samples) => samples.map((sample) => sample.id));
  const out = [];
  for (const name of names.filter(isWanted)) {
    const file = `${name}${suffix}.png`;
    await showOnly(page, name);
    const actual = await page.locator(`[id="${name}"]`).screenshot({ animations: 'disabled' });
    fs.writeFileSync(path.join(seen, file), actual);
    const wanted = path.join(kept, file);
    if (!fs.existsSync(wanted) && !update) {
      out.push(`${file}: there is none to compare with`);
      continue;
    }
    const found =
      fs.existsSync(wanted) && (await difference(page, fs.readFileSync(wanted), actual));
    if (found && !update) out.push(`${file}: ${found}`);
    if (found !== null && update) fs.writeFileSync(wanted, actual);
  }
  return out;
}

test('each kind of message looks as it did', async () => {
  const page = await open({ lang: 'en' });
  assert.deepEqual(await differing(page, ''), []);
  await page.close();
});

// One of each way of colouring is enough.
const dark =
  /^(seed-card|text-mentions|post-tags|card-(approval|markdown|choices|two)|dingtalk-oa)$/;

test('in the dark and in Chinese, too', async () => {
  const page = await open({ lang: 'zh-CN', scheme: 'dark' });
  assert.deepEqual(await differing(page, '.dark', (name) => dark.test(name)), []);
  await page.close();
});

test('and in high contrast', async () => {
  const page = await open({ lang: 'en', theme: 'contrast' });
  const wanted = (name) => /^card-(approval|two|header-red)$/.test(name);
  assert.deepEqual(await differing(page, '.contrast', wanted), []);
  await page.close();
});

test('the comparison sees what a person would see', async () => {
  if (update) return;
  const changes = {
    'card-approval': '.c-button-danger { visibility: hidden }',
    'card-header-red': '.c-header { background: none !important }',
    'dingtalk-oa': '.c-status { color: inherit !important }',
    'seed-post': '.c-link { text-decoration: none !important; color: inherit !important }',
    'dingtalk-voice': '.c-icon { visibility: hidden }',
  };
  const page = await open({ lang: 'en' });
  for (const [name, css] of Object.entries(changes)) {
    await page.evaluate((rules) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(rules);
      document.adoptedStyleSheets = [sheet];
    }, css);
    const found = await differing(page, '', (each) => each === name);
    assert.equal(found.length, 1, `${name} with ${css}`);
  }
  await page.close();
});
