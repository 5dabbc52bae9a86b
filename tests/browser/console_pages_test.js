// Every page of the console: reachable for everybody in each look, and with a picture of it.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const { assertNoAxeFindings, openConsole, picture, settled } = require('./console_page.js');

let the;
let batchId;
before(async () => {
  the = await openConsole();
  const send = (body) =>
    the.server.operator('POST', '/api/v1/batches', {
      app_id: 'cli_demo',
      msg_type: 'text',
      content: { text: 'Lunch is at noon' },
      ...body,
    });
  await send({
    audience: { user_ids: ['lucy'] },
    send_at: new Date(Date.now() + 3_600_000).toISOString(),
  });
  await send({
    audience: { everyone: true },
    msg_type: 'post',
    content: {
      post: {
        en_us: {
          title: 'Welcome',
          content: [[{ tag: 'text', text: 'Good to have you here.' }]],
        },
      },
    },
  });
  const sent = await send({
    app_id: 'cli_narrow',
    audience: { department_ids: ['3dceba33a33226', 'sales', 'gone'] },
  });
  batchId = sent.batch_id;
  const li = await the.server.inbox('7cdcc7c2');
  await li.read(li.messages.map((one) => one.message_id));
});
after(() => the?.stop());

const open = (tab) => async (page) => {
  await page.getByRole('tab').nth(tab).click();
  await settled(page);
};
const type = (name) => async (page) => {
  await page.selectOption('.compose select', 'cli_demo');
  await page.check(`input[value=${name}]`);
};
const pages = {
  overview: ['/'],
  batches: ['/batches'],
  batch: [() => `/batches/${batchId}`],
  'batch-people': [() => `/batches/${batchId}`, open(1)],
  compose: ['/compose'],
  'compose-post': ['/compose', type('post')],
  'compose-card': ['/compose', type('interactive')],
  'compose-oa': ['/compose', type('oa')],
  'compose-action-card': ['/compose', type('action_card')],
  directory: ['/directory'],
  person: ['/directory/people/lucy'],
  import: ['/import'],
  apps: ['/apps'],
  app: ['/apps/cli_demo'],
  'app-scopes': ['/apps/cli_demo?tab=scopes'],
  'app-availability': ['/apps/cli_narrow?tab=availability'],
  'app-secrets': ['/apps/cli_demo?tab=secrets'],
  'app-events': ['/apps/cli_demo?tab=events'],
  operators: ['/operators'],
  audit: ['/audit'],
};

const looks = [
  { theme: 'light', language: 'en' },
  { theme: 'dark', language: 'zh-CN' },
  { theme: 'contrast', language: 'en' },
];
for (const look of looks) {
  test(`axe finds nothing on any page: ${look.theme}, ${look.language}`, async () => {
    const { page, faults } = await the.visit(look);
    await the.signIn(page);
    for (const [name, [target, act]] of Object.entries(pages)) {
      await the.go(page, typeof target === 'function' ? target() : target);
      await act?.(page);
      await assertNoAxeFindings(page, name);
      await picture(page, `${name}-${look.theme}-${look.language}`);
    }
    assert.deepEqual(faults, []);
    await page.context().close();
  });
}

test('on a narrow screen nothing has to be scrolled sideways', async () => {
  const { page } = await the.visit({ viewport: { width: 320, height: 640 } });
  await the.signIn(page);
  for (const target of ['/', '/compose', '/directory', `/batches/${batchId}`, '/apps/cli_demo']) {
    await the.go(page, target);
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(over <= 0, `${target}: ${over} pixels`);
  }
  await picture(page, 'narrow');
  await page.context().close();
});

test('the language and the colours are switched at once, and remembered', async () => {
  const { page } = await the.visit();
  await the.signIn(page);
  await page.getByLabel('Language').selectOption('zh-CN');
  await page.getByRole('heading', { name: '概览' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
  await page.getByLabel('配色').selectOption('dark');
  assert.equal(await page.evaluate(() => document.documentElement.dataset.scheme), 'dark');
  assert.equal(await page.evaluate(() => localStorage.getItem('carillon.theme')), 'dark');
  await page.context().close();
});

test('a thousand people are not in the document, only those in sight', async () => {
  const users = Array.from({ length: 5_000 }, (_, n) => ({
    user_id: `many${n}`,
    name: `Person ${n}`,
    departments: ['crowd'],
  }));
  await the.server.operator('POST', '/api/v1/import', {
    tenants: [
      { tenant_key: 'acme', departments: [{ department_id: 'crowd', name: 'Crowd' }], users },
    ],
  });
  const { page } = await the.visit();
  await the.signIn(page);
  let asked = 0;
  page.on('response', async (answer) => {
    if (!answer.url().includes('/users?')) return;
    const found = await answer.json().catch(() => null);
    asked += found?.users.length ?? 0;
  });
  await the.go(page, '/directory?department=crowd');
  await page.getByRole('link', { name: 'Person 0', exact: true }).waitFor();
  assert.ok(asked <= 300, `${asked} people were loaded`);
  const table = page.getByRole('region', { name: 'People' });
  for (let n = 0; n < 12; ++n) {
    const rows = await table.locator('tbody tr').count();
    assert.ok(rows < 80, `${rows} rows`);
    await table.evaluate((box) => box.scrollBy(0, 3_000));
    await settled(page);
  }
  assert.ok(asked < 1_500, `${asked} people were loaded`);
  await page.context().close();
});
