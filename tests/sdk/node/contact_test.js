// The SDK's typed calls on the directory, unchanged but for the base URL.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const { batchSend, makeClient, progress, refused, text } = require('./clients.js');
const { startServer } = require('./server.js');

const params = { user_id_type: 'user_id', department_id_type: 'department_id' };
let server;
let client;

before(async () => {
  server = await startServer('--profile', 'own');
  client = makeClient(server, { appId: 'cli_contact' });
});
after(() => server.stop());

const newUser = (id, mobile, more = {}) =>
  client.contact.user.create({
    params,
    data: {
      user_id: id,
      name: `Name of ${id}`,
      mobile,
      department_ids: ['platform'],
      employee_type: 1,
      ...more,
    },
  });

test('a user is created, got, patched, updated and deleted', async () => {
  const made = await newUser('typed', '+8613900000001', { city: 'Oslo' });
  assert.equal(made.code, 0);
  assert.equal(made.data.user.user_id, 'typed');
  assert.equal(made.data.user.mobile, undefined);
  const openId = made.data.user.open_id;

  const got = await client.contact.user.get({ path: { user_id: openId } });
  assert.equal(got.data.user.mobile, '+8613900000001');
  assert.equal(got.data.user.city, 'Oslo');
  assert.match(got.data.user.department_ids[0], /^od-/);

  const patched = await client.contact.user.patch({
    path: { user_id: 'typed' },
    params,
    data: { job_title: 'Smith', department_ids: ['sales'] },
  });
  assert.equal(patched.data.user.job_title, 'Smith');
  assert.equal(patched.data.user.city, 'Oslo');
  assert.deepEqual(patched.data.user.department_ids, ['sales']);

  const updated = await client.contact.user.update({
    path: { user_id: 'typed' },
    params,
    data: { name: 'Typed', mobile: '+8613900000001', department_ids: ['sales'], employee_type: 2 },
  });
  assert.equal(updated.data.user.city, '');
  assert.equal(updated.data.user.employee_type, 2);

  const gone = await client.contact.user.delete({ path: { user_id: 'typed' }, params, data: {} });
  assert.equal(gone.code, 0);
  const after = await client.contact.user.get({ path: { user_id: openId } });
  assert.equal(after.data.user.status.is_resigned, true);
});

test('a new user is in the next batch to the department', async () => {
  const before = await batchSend(client, text('before', { department_ids: ['platform'] }));
  await newUser('joined', '+8613900000002');
  const after = await batchSend(client, text('after', { department_ids: ['platform'] }));
  const people = async (answer) =>
    (await progress(client, answer.data.message_id)).data.batch_message_send_progress
      .valid_user_ids_count;
  assert.equal(await people(after), (await people(before)) + 1);
});

test('lists come in pages, by hand and by the iterator', async () => {
  const first = await client.contact.user.findByDepartment({
    params: { ...params, department_id: 'sales', page_size: 2 },
  });
  assert.equal(first.data.items.length, 2);
  assert.equal(first.data.has_more, true);
  const rest = await client.contact.user.findByDepartment({
    params: { ...params, department_id: 'sales', page_size: 50, page_token: first.data.page_token },
  });
  assert.equal(rest.data.has_more, false);
  const ids = [...first.data.items, ...rest.data.items].map((user) => user.user_id);

  const iterated = [];
  const pages = await client.contact.user.findByDepartmentWithIterator({
    params: { ...params, department_id: 'sales', page_size: 1 },
  });
  for await (const page of pages) iterated.push(...page.items.map((user) => user.user_id));
  assert.deepEqual(iterated, ids);
});

test('people are looked up by mail address and mobile number', async () => {
  await newUser('mailed', '+8613900000003', { email: 'mailed@acme.test' });
  const found = await client.contact.user.batchGetId({
    params: { user_id_type: 'user_id' },
    data: { emails: ['mailed@acme.test', 'nobody@acme.test'], mobiles: ['13900000003'] },
  });
  const users = found.data.user_list.map(({ user_id, email, mobile }) => [
    user_id,
    email ?? mobile,
  ]);
  assert.deepEqual(users, [
    ['mailed', 'mailed@acme.test'],
    [undefined, 'nobody@acme.test'],
    ['mailed', '13900000003'],
  ]);
  const batch = await client.contact.user.batch({
    params: { ...params, user_ids: ['mailed', 'nobody', 'lucy'] },
  });
  assert.deepEqual(
    batch.data.items.map((user) => user.user_id),
    ['mailed', 'lucy'],
  );
});

test('a department is created, moved, found, listed and deleted', async () => {
  const made = await client.contact.department.create({
    params: { ...params, client_token: 'once' },
    data: { name: 'Tools', parent_department_id: '0', department_id: 'tools', order: '9' },
  });
  assert.equal(made.data.department.order, '9');
  const again = await client.contact.department.create({
    params: { ...params, client_token: 'once' },
    data: { name: 'Tools', parent_department_id: '0', department_id: 'tools', order: '9' },
  });
  assert.equal(
    again.data.department.open_department_id,
    made.data.department.open_department_id,
    'the same token, the same department',
  );

  const moved = await client.contact.department.patch({
    path: { department_id: 'tools' },
    params,
    data: { parent_department_id: 'platform' },
  });
  assert.equal(moved.data.department.parent_department_id, 'platform');
  const updated = await client.contact.department.update({
    path: { department_id: 'tools' },
    params,
    data: { name: 'Tools and toys', parent_department_id: 'platform' },
  });
  assert.equal(updated.data.department.name, 'Tools and toys');

  const names = (answer) => answer.data.items.map((department) => department.department_id);
  const children = await client.contact.department.children({
    path: { department_id: '3dceba33a33226' },
    params: { ...params, fetch_child: true },
  });
  assert.deepEqual(names(children), ['platform', 'tools']);
  const parents = await client.contact.department.parent({
    params: { ...params, department_id: 'tools' },
  });
  assert.deepEqual(names(parents), ['platform', '3dceba33a33226']);
  const found = await client.contact.department.search({ params, data: { query: 'toys' } });
  assert.deepEqual(names(found), ['tools']);

  assert.equal(
    (await client.contact.department.delete({ path: { department_id: 'tools' }, params })).code,
    0,
  );
  const problem = await refused(
    client.contact.department.get({ path: { department_id: 'tools' }, params }),
  );
  assert.equal(problem.status, 400);
  assert.equal(problem.code, 40008);
});

test('the app is told what it may see', async () => {
  const scopes = await client.contact.scope.list({ params });
  assert.deepEqual(scopes.data.department_ids, ['3dceba33a33226', 'sales']);
  assert.equal(scopes.data.has_more, false);
});

test('refusals reject with the status and the code of their page', async () => {
  const taken = await refused(newUser('lucy', '+8613900000009'));
  assert.deepEqual([taken.status, taken.code], [400, 41011]);
  const parent = await refused(
    client.contact.department.delete({ path: { department_id: '3dceba33a33226' }, params }),
  );
  assert.deepEqual([parent.status, parent.code], [400, 43012]);
  const other = makeClient(server, { appId: 'cli_other' });
  const scope = await refused(other.contact.user.get({ path: { user_id: 'x' } }));
  assert.deepEqual([scope.status, scope.code], [400, 99991672]);
});
