// A picture on its way through the console: chosen while composing, sent, and shown with the batch.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const { PASSWORD, button, openConsole, picture, until } = require('./console_page.js');

const LI = '7cdcc7c2';

let the;
before(async () => {
  the = await openConsole();
});
after(() => the?.stop());

// Pictures that were loaded and have something to show.
const drawn = (css) =>
  `[...document.querySelectorAll('${css}')].some((img) => img.naturalWidth > 0)`;

test('whoever may send uploads a picture, sees it, sends it, and sees it with the batch', async () => {
  await the.server.operator('POST', '/api/v1/operators', {
    name: 'sends',
    role: 'sender',
    password: PASSWORD,
  });
  const { page, faults } = await the.visit();
  await the.signIn(page, { name: 'sends' });
  await the.go(page, '/compose');
  await page.getByRole('radio', { name: 'Image', exact: true }).check({ force: true });
  const upload = button(page, 'Upload…');
  assert.equal(await upload.getAttribute('aria-disabled'), 'true', 'for which app?');
  await page.selectOption('.compose select', 'cli_demo');
  assert.equal(await upload.getAttribute('aria-disabled'), null);

  const file = (name, buffer) => ({ name, mimeType: 'image/png', buffer });
  await page.setInputFiles('input[type=file]', file('no.png', Buffer.from('no picture')));
  await page.getByText('That file is no picture that can be sent.').waitFor();
  const png = await page.screenshot({ clip: { x: 0, y: 0, width: 300, height: 120 } });
  await page.setInputFiles('input[type=file]', file('plan.png', png));
  await until(page, drawn('img.uploaded'));
  await until(page, drawn('.preview img'));
  assert.equal(await page.getByRole('alert').count(), 0);
  await picture(page, 'compose-picture');

  await page.getByLabel('Search departments and people', { exact: true }).fill('Li Lei');
  await page.locator('.found-row', { hasText: 'Li Lei' }).click();
  await until(page, `!document.querySelector('.send-row .off')`);
  await button(page, 'Send…').click();
  await page.getByRole('dialog').getByRole('button', { name: /^Send to/ }).click();
  await page.waitForURL(/\/batches\/bm-/);
  await page.locator('h1 .state', { hasText: 'Sent' }).waitFor();
  await until(page, drawn('.preview img'));
  await picture(page, 'batch-picture');
  const { messages } = await the.server.inbox(LI);
  assert.match(messages[0].content.image_key, /^img_v2_/);
  assert.deepEqual(faults, []);
  await page.context().close();
});
