// Apps, the directory and imports, as an admin works with them.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const { button, openConsole, picture, settled, until } = require('./console_page.js');

let the;
let page;
let faults;
before(async () => {
  the = await openConsole();
  ({ page, faults } = await the.visit());
  await the.signIn(page);
});
after(() => the?.stop());

test('an app is created, its secret shown once, and it can sign in with it', async () => {
  await the.go(page, '/apps');
  await button(page, 'New app').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Canteen news');
  await dialog.getByLabel('App id').fill('cli_news');
  await dialog.getByRole('button', { name: 'Create' }).click();
  const secret = await page.locator('.secret').textContent();
  await button(page, 'I have kept it').click();
  await page.waitForURL(/\/apps\/cli_news/);
  assert.ok(!(await page.content()).includes(secret));
  const answer = await fetch(`${the.server.url}/open-apis/auth/v3/tenant_access_token/internal`, {
    method: 'POST',
    body: JSON.stringify({ app_id: 'cli_news', app_secret: secret }),
  });
  assert.equal((await answer.json()).code, 0);
});

test('scopes, availability and receipts are changed, and stay so', async () => {
  await the.go(page, '/apps/cli_news?tab=scopes');
  await page.getByLabel('im:chat:readonly').check();
  await button(page, 'Save').click();
  await page.getByText('Saved').first().waitFor();
  await the.go(page, '/apps/cli_news?tab=availability');
  await page.getByLabel('Some departments and people').check();
  await page.getByRole('tree').getByText('Sales').click();
  await button(page, 'Save').click();
  await until(page, () => document.querySelector('.off')); // nothing left to save
  await the.go(page, '/apps/cli_news');
  await page.getByLabel(/^Counts/).check();
  await page.getByText('Saved').first().waitFor();
  const app = await the.server.operator('GET', '/api/v1/apps/cli_news');
  assert.ok(app.scopes.includes('im:chat:readonly'));
  assert.deepEqual(app.availability.departments, ['sales']);
  assert.equal(app.receipts, 'counts');
  await the.go(page, '/apps/cli_news?tab=availability');
  await page.locator('.chip', { hasText: 'Sales' }).waitFor(); // by name, not by id
});

test('a secret is rotated: a new one, then the old one withdrawn', async () => {
  await the.go(page, '/apps/cli_news?tab=secrets');
  await button(page, 'New secret').click();
  await page.locator('.secret').waitFor();
  await button(page, 'I have kept it').click();
  await button(page, 'Withdraw version 1').click();
  const dialog = page.getByRole('dialog', { name: 'Withdraw version 1?' });
  await dialog.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByRole('row', { name: /Withdrawn/ }).waitFor();
});

test('an address for events that does not answer is refused, and taken unverified', async () => {
  await the.go(page, '/apps/cli_news?tab=events');
  await page.getByLabel('Address (URL)').fill('http://127.0.0.1:9/hook');
  await button(page, 'Save').click();
  await page.getByRole('alert').waitFor();
  await picture(page, 'app-events');
  await page.getByLabel('Call it with a challenge first').uncheck();
  await button(page, 'Save').click();
  await button(page, 'Stop events').waitFor();
});

test('a disabled app can be seen to be so, and is deleted after a question', async () => {
  await the.go(page, '/apps/cli_news');
  await page.getByLabel('Enabled: its calls are taken').click();
  await page.getByText('Saved').first().waitFor();
  await button(page, 'Delete app').click();
  const dialog = page.getByRole('dialog', { name: 'Delete Canteen news?' });
  await dialog.getByRole('button', { name: 'Delete app' }).click();
  await page.waitForURL(/\/apps$/);
  await settled(page);
  assert.equal(await page.getByText('Canteen news').count(), 0);
});

const organisation = (name) =>
  JSON.stringify({
    tenants: [
      {
        tenant_key: 'acme',
        departments: [{ department_id: 'lab', name: 'Laboratory' }],
        users: [
          { user_id: 'lucy', name, departments: ['sales'] },
          { user_id: 'marie', name: 'Marie', departments: ['lab'] },
        ],
      },
    ],
  });

test('an import shows what it would change, and changes nothing before it is applied', async () => {
  await the.go(page, '/import');
  const file = {
    name: 'org.json',
    mimeType: 'application/json',
    buffer: Buffer.from(organisation('Lucy Liu')),
  };
  await page.setInputFiles('input[type=file]', file);
  await page.getByText('This is a dry run: nothing has been changed yet.').waitFor();
  await page.getByRole('row', { name: /New Person marie/ }).waitFor();
  await page.getByRole('row', { name: /Changed Person lucy name/ }).waitFor();
  await picture(page, 'import-dry-run');
  const before = await the.server.operator('GET', '/api/v1/tenants/acme/users/lucy');
  assert.equal(before.name, 'Lucy');
  await button(page, 'Apply').click();
  await page.getByText('Everything is in force.').waitFor();
  const now = await the.server.operator('GET', '/api/v1/tenants/acme/users/lucy');
  assert.equal(now.name, 'Lucy Liu');
});

test('a file with a fault is refused with what is wrong', async () => {
  await the.go(page, '/import');
  const broken = JSON.stringify({ tenants: [{ tenant_key: 'acme', users: [{ name: 'No id' }] }] });
  await page.setInputFiles('input[type=file]', {
    name: 'org.json',
    mimeType: 'application/json',
    buffer: Buffer.from(broken),
  });
  await page
    .getByRole('alert')
    .getByText(/user_id/)
    .waitFor();
  await page.getByText('Nothing was changed.').waitFor();
});

test('the directory is browsed by tree and by search', async () => {
  await the.go(page, '/directory');
  await page.getByRole('treeitem', { name: /Engineering/ }).click();
  await page.getByRole('heading', { name: 'Engineering' }).waitFor();
  await page.getByRole('link', { name: 'Han Meimei' }).waitFor(); // from a department below
  await page.getByLabel('With departments below').click();
  await page.getByRole('link', { name: 'Han Meimei' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Li Lei' }).waitFor();
  await page.getByLabel('Search departments and people').fill('marie');
  await page.getByRole('link', { name: 'Marie' }).click();
  await page.getByRole('heading', { name: 'Marie', level: 1 }).waitFor();
});

test('a person has a link to their inbox, an export, and an erasure that asks twice', async () => {
  await the.go(page, '/directory/people/marie');
  await button(page, 'Make a link').click();
  const link = page.getByRole('link', { name: 'Open the inbox' });
  assert.match(await link.getAttribute('href'), /\/inbox/);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    button(page, 'Export as JSON').click(),
  ]);
  let text = '';
  for await (const chunk of await download.createReadStream()) text += chunk;
  assert.equal(JSON.parse(text).profile.name, 'Marie');
  await button(page, 'Erase…').click();
  const dialog = page.getByRole('dialog', { name: 'Erase all data of Marie?' });
  assert.ok(await dialog.getByRole('button', { name: 'Erase…' }).isDisabled());
  await dialog.getByLabel('Type marie to confirm').fill('marie');
  await dialog.getByRole('button', { name: 'Erase…' }).click();
  await page.waitForURL(/\/directory$/);
  await assert.rejects(the.server.operator('GET', '/api/v1/tenants/acme/users/marie'), /404/);
});

test('nothing of all this broke the policy or threw', () => assert.deepEqual(faults, []));
