// Who may do what: by sign-in, by role, and after signing out.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const {
  PASSWORD,
  assertNoAxeFindings,
  button,
  openConsole,
  picture,
  until,
} = require('./console_page.js');

let the;
before(async () => {
  the = await openConsole();
  for (const [name, role] of [
    ['vera', 'viewer'],
    ['sam', 'sender'],
    ['ada', 'admin'],
  ])
    await the.server.operator('POST', '/api/v1/operators', { name, role, password: PASSWORD });
});
after(() => the?.stop());

const links = (page) =>
  page.locator('.shell-nav a').evaluateAll((all) => all.map((one) => one.getAttribute('href')));

test('a wrong password is refused in words, and the page stays harmless', async () => {
  const { page, faults } = await the.visit();
  await page.goto(`${the.server.url}/console/batches?state=sent`);
  await page.waitForURL(/\/console\/signin\?next=/);
  await assertNoAxeFindings(page, 'sign-in');
  await picture(page, 'sign-in');
  await page.fill('input[name=username]', 'ada');
  await page.fill('input[name=password]', 'wrong');
  await page.click('button[type=submit]');
  await page.getByRole('alert').waitFor();
  await page.fill('input[name=password]', PASSWORD);
  await page.click('button[type=submit]');
  await page.waitForURL(/\/console\/batches\?state=sent$/); // where they wanted to go
  assert.deepEqual(faults, []);
  await page.context().close();
});

test('nobody is sent elsewhere by a link to the sign-in page', async () => {
  const { page } = await the.visit();
  await page.goto(`${the.server.url}/console/signin?next=${encodeURIComponent('//evil.example')}`);
  await page.fill('input[name=username]', 'ada');
  await page.fill('input[name=password]', PASSWORD);
  await page.click('button[type=submit]');
  await page.waitForSelector('.shell-nav');
  assert.equal(new URL(page.url()).origin, the.server.url);
  await page.context().close();
});

test('a viewer sees everything and is told why nothing can be changed', async () => {
  const { page, faults } = await the.visit();
  await the.signIn(page, { name: 'vera' });
  assert.deepEqual(await links(page), [
    '/console',
    '/console/batches',
    '/console/directory',
    '/console/apps',
  ]);
  const sent = await the.server.operator('POST', '/api/v1/batches', {
    app_id: 'cli_demo',
    audience: { user_ids: ['lucy'] },
    msg_type: 'text',
    content: { text: 'x' },
  });
  await the.go(page, `/batches/${sent.batch_id}`);
  const recall = button(page, 'Recall');
  await recall.waitFor();
  assert.equal(await recall.getAttribute('aria-disabled'), 'true');
  assert.equal(await recall.getAttribute('aria-description'), 'Needs the role “Sender”');
  await recall.focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.getByRole('dialog').count(), 0);
  await assertNoAxeFindings(page, 'batch, viewer');
  await the.go(page, '/apps');
  assert.equal(await button(page, 'New app').getAttribute('aria-disabled'), 'true');
  // The page is only polite: the server refuses, too.
  const status = await page.evaluate(
    async (id) => (await fetch(`/api/v1/batches/${id}/recall`, { method: 'POST' })).status,
    sent.batch_id,
  );
  assert.equal(status, 403);
  assert.deepEqual(faults, []);
  await page.context().close();
});

test('a sender sends, but does not change apps or operators', async () => {
  const { page } = await the.visit();
  await the.signIn(page, { name: 'sam' });
  const shown = await links(page);
  assert.ok(shown.includes('/console/compose'));
  assert.ok(!shown.includes('/console/operators') && !shown.includes('/console/audit'));
  await the.go(page, '/apps/cli_demo');
  await page.locator('.ant-switch-disabled').first().waitFor();
  await page.context().close();
});

test('after signing out nothing is left on the page, nor behind the back button', async () => {
  const { page } = await the.visit();
  await the.signIn(page, { name: 'sam' });
  await the.go(page, '/batches');
  await button(page, 'Sign out').click();
  await page.waitForURL(/\/console\/signin/);
  await page.goBack();
  await page.waitForSelector('input[name=username]');
  assert.equal(await page.locator('.shell-nav').count(), 0);
  await page.context().close();
});

test('an admin adds an operator, changes the role, and removes them; the log tells of it', async () => {
  const { page, faults } = await the.visit();
  await the.signIn(page, { name: 'ada' });
  await the.go(page, '/operators');
  await button(page, 'Add an operator').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('grace');
  await dialog.getByLabel('Role').selectOption('sender');
  await dialog.getByLabel('Password', { exact: true }).fill('short');
  await dialog.getByText('At least 8 characters.').waitFor();
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('row', { name: /grace/ });
  await row.getByText('Sender').waitFor();
  await picture(page, 'operators');
  await button(page, 'Change grace').click();
  await page.getByRole('dialog').getByLabel('Role').selectOption('viewer');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await row.getByText('Viewer').waitFor();
  await button(page, 'Remove grace').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await row.waitFor({ state: 'detached' });
  await the.go(page, '/audit');
  await page.getByLabel('Filter what is loaded').fill('grace');
  await until(page, () => document.querySelectorAll('.table tbody tr').length >= 3);
  await picture(page, 'audit');
  assert.deepEqual(faults, []);
  await page.context().close();
});
