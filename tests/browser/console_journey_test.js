// The way of a message as an operator goes it: sign in, write, count, send, watch, recall.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const { button, openConsole, picture, settled, until } = require('./console_page.js');

let the;
before(async () => {
  the = await openConsole();
});
after(() => the?.stop());

const texts = {
  en: {
    title: 'Compose',
    search: 'Search departments and people',
    sent: 'Sent',
    recalled: 'Recalled',
    count: /^5 people will get it$/,
    send: 'Send…',
    yes: 'Send to 5 people',
    ask: 'Send to 5 people?',
    recall: 'Recall',
    askRecall: 'Recall this batch?',
    unread: 'Not read 4',
    people: 'By person',
    text: 'Text',
  },
  'zh-CN': {
    title: '写消息',
    search: '搜索部门和人员',
    sent: '已发送',
    recalled: '已撤回',
    count: /^5 人将收到$/,
    send: '发送…',
    yes: '发送给 5 人',
    ask: '发送给 5 人？',
    recall: '撤回',
    askRecall: '撤回此批次？',
    unread: '未读 4',
    people: '按人员',
    text: '文本',
  },
};

for (const [language, t] of Object.entries(texts)) {
  test(`from signing in to recalling, in ${language}`, async () => {
    const { page, faults } = await the.visit({ language });
    await the.signIn(page);
    await page.click('a[href="/console/compose"]');
    await page.waitForSelector(`h1:text-is("${t.title}")`);
    await page.selectOption('.compose select', 'cli_demo');

    // Two departments from the tree, one of them a branch below; a person by search.
    const tree = page.getByRole('tree');
    await tree.getByText('Engineering').click();
    await tree.getByText('Sales').click();
    await page.getByLabel(t.search, { exact: true }).fill('jim');
    await page.locator('.found-row', { hasText: 'Jim' }).click();
    await until(page, () => document.querySelectorAll('.chip').length === 3);
    await page.getByText(t.count).waitFor(); // each counts once

    const words = `Lunch at noon (${language})`;
    await page.locator('.field', { hasText: t.text }).locator('textarea').fill(words);
    await page.locator('.preview', { hasText: words }).waitFor();
    await until(page, () => !document.querySelector('.send-row .off'));
    await picture(page, `compose-filled-${language}`);

    await button(page, t.send).click();
    const dialog = page.getByRole('dialog', { name: t.ask });
    await dialog.waitFor();
    await picture(page, `compose-confirm-${language}`);
    await dialog.getByRole('button', { name: t.yes }).click();

    // The batch, live: sent, and one reads it while we look.
    await page.waitForURL(/\/batches\/bm-/);
    await page.locator('h1 .state', { hasText: t.sent }).waitFor();
    await page.locator('.preview', { hasText: words }).waitFor();
    const li = await the.server.inbox('7cdcc7c2');
    const message = li.messages.find((one) => one.content.text === words);
    await page.locator('.live-on').waitFor();
    assert.equal(await li.read([message.message_id]), 1);
    await until(page, () => document.querySelector('.books dd b')?.textContent === '1');
    await picture(page, `batch-sent-${language}`);

    // By person: who has not read it.
    await page.getByRole('tab', { name: t.people }).click();
    await page.locator('.ant-segmented-item', { hasText: t.unread }).click();
    const rows = page.locator('.table-scrolls tbody tr');
    await until(page, () => document.querySelectorAll('.table-scrolls tbody tr').length === 4);
    assert.ok(!(await rows.allTextContents()).some((row) => row.includes('Li Lei')));

    await button(page, t.recall).click();
    const asked = page.getByRole('dialog', { name: t.askRecall });
    assert.match(await asked.textContent(), /5.*1/su); // how many have it, how many read it
    await asked.getByRole('button', { name: t.recall }).click();
    await page.locator('h1 .state', { hasText: t.recalled }).waitFor();
    const after = await the.server.inbox('7cdcc7c2');
    assert.ok(!after.messages.some((one) => one.content.text === words));
    assert.deepEqual(faults, []);
    await page.context().close();
  });
}

test('a message is sent by keys alone', async () => {
  const { page, faults } = await the.visit();
  await the.signIn(page);
  await the.go(page, '/compose');
  // To a control by Tab, never by the mouse: what cannot be reached so is not found.
  const tabTo = async (what) => {
    for (let presses = 0; presses < 80; ++presses) {
      if (await page.evaluate((css) => document.activeElement?.matches(css) ?? false, what)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`Tab does not come to ${what}`);
  };
  await tabTo('.compose select');
  await page.keyboard.type('HR');
  await tabTo('[role=treeitem]');
  await page.keyboard.press('ArrowRight'); // opens Engineering
  await page.getByRole('treeitem', { name: /Platform/ }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.locator('.chip', { hasText: 'Platform' }).waitFor();
  await tabTo('.compose textarea:not(.paste textarea)');
  await page.keyboard.type('Typed, not clicked');
  await page.getByText(/^1 person will get it$/).waitFor();
  await until(page, () => !document.querySelector('.send-row .off'));
  await tabTo('.send-row button');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await tabTo('[role=dialog] .ant-btn-primary');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/batches\/bm-/);
  const { messages } = await the.server.inbox('ca51d83b');
  assert.equal(messages[0].content.text, 'Typed, not clicked');
  assert.deepEqual(faults, []);
  await page.context().close();
});

test('people whom the app does not reach are counted out before sending, with the reason', async () => {
  const { page } = await the.visit();
  await the.signIn(page);
  await the.go(page, '/compose');
  await page.selectOption('.compose select', 'cli_narrow');
  await page.getByRole('tree').getByText('Sales').click();
  await page.getByText(/^0 people will get it$/).waitFor();
  await page.getByText(/^3 not available to the app$/).waitFor();
  await page.getByRole('tree').getByText('Engineering').click();
  await page.getByText(/^2 people will get it$/).waitFor();
  await page.getByText('Paste a list of user ids').first().click();
  await page.locator('.paste textarea').fill('lucy, nobody-at-all');
  await button(page, 'Add 2 ids').click();
  await page.getByText('1 id names nobody').waitFor();
  await page.context().close();
});

test('a test goes to oneself, who is remembered', async () => {
  const { page } = await the.visit();
  await the.signIn(page);
  await the.go(page, '/compose');
  await page.selectOption('.compose select', 'cli_demo');
  await page.locator('.field', { hasText: 'Text' }).locator('textarea').fill('Only for me');
  await page.getByLabel('Find yourself by name or id').fill('lily');
  await page.locator('.test-send .found-row', { hasText: 'Lily' }).click();
  await button(page, 'Send a test to Lily').click();
  await page.getByText('The test is in the inbox of Lily').waitFor();
  const { messages } = await the.server.inbox('lily');
  assert.equal(messages[0].content.text, 'Only for me');
  await the.go(page, '/compose');
  await button(page, 'Send a test to Lily').waitFor();
  await page.context().close();
});

test('a batch for later waits, and is canceled', async () => {
  const { page } = await the.visit();
  await the.signIn(page);
  await the.go(page, '/compose');
  await page.selectOption('.compose select', 'cli_demo');
  await page.getByRole('tree').getByText('Sales').click();
  await page.locator('.field', { hasText: 'Text' }).locator('textarea').fill('Tomorrow');
  await page.fill('input[type=datetime-local]', '2020-01-01T10:00');
  await page.getByText('This time has passed already.').waitFor();
  const tomorrow = new Date(Date.now() + 32 * 3_600_000).toISOString().slice(0, 16);
  await page.fill('input[type=datetime-local]', tomorrow);
  await button(page, 'Schedule…').click();
  await page.getByRole('button', { name: 'Schedule for 3 people' }).click();
  await page.locator('h1 .state', { hasText: 'Scheduled' }).waitFor();
  await button(page, 'Cancel batch').click();
  const dialog = page.getByRole('dialog', { name: 'Cancel this batch?' });
  await dialog.getByRole('button', { name: 'Cancel batch' }).click();
  await page.locator('h1 .state', { hasText: 'Canceled' }).waitFor();
  const { messages } = await the.server.inbox('lily');
  assert.ok(!messages.some((one) => one.content.text === 'Tomorrow'));
  await page.context().close();
});

test('whoever did not read it is reminded by a batch of its own', async () => {
  const { page } = await the.visit();
  await the.signIn(page);
  const sent = await the.server.operator('POST', '/api/v1/batches', {
    app_id: 'cli_demo',
    audience: { department_ids: ['sales'] },
    msg_type: 'text',
    content: { text: 'Please read' },
  });
  const lucy = await the.server.inbox('lucy');
  await lucy.read([lucy.messages.find((one) => one.content.text === 'Please read').message_id]);
  await the.go(page, `/batches/${sent.batch_id}`);
  await button(page, 'Remind unread').click();
  const dialog = page.getByRole('dialog', { name: 'Remind who has not read it?' });
  await dialog.getByText(/to the 2 people/).waitFor();
  await dialog.getByRole('button', { name: 'Remind unread' }).click();
  await page.getByText('Reminder of').waitFor();
  await page.getByText('Reminding 2 people').waitFor();
  await page.context().close();
});

test('the table of people is a CSV, too', async () => {
  const { page } = await the.visit();
  await the.signIn(page);
  await the.go(page, '/batches?state=sent');
  await page.locator('.table a').first().click();
  await page.getByRole('tab', { name: 'By person' }).click();
  await settled(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    button(page, 'Export CSV').click(),
  ]);
  const stream = await download.createReadStream();
  let text = '';
  for await (const chunk of stream) text += chunk;
  assert.match(text, /^\uFEFFuser_id,/u);
  await page.context().close();
});
