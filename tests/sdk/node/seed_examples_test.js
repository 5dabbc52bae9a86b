// Every request body that the document of batch_send shows, as it stands there.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const { batchSend, delivered, makeClient, progressOnce } = require('./clients.js');
const { startServer } = require('./server.js');

let server;
let client;
before(async () => {
  server = await startServer();
  client = makeClient(server);
});
after(() => server.stop());

const targets = {
  open_ids: ['ou_a18fe85d22e7633852d8104226e99eac', 'ou_9204a37300b3700d61effaa439f34295'],
  department_ids: ['od-5b91c9affb665451a16b90b4be367efa'],
};
const post = (title, line) => ({
  title,
  content: [
    [
      { tag: 'text', text: line },
      { tag: 'a', href: 'http://www.larksuite.com', text: 'Lark' },
    ],
  ],
});
const field = (content) => ({ is_short: true, text: { tag: 'lark_md', content } });
const card = {
  config: { wide_screen_mode: true },
  elements: [
    {
      tag: 'div',
      fields: [field('**🗳工单来源：**\n报事报修'), field('**📝工单类型：**\n客服工单')],
    },
  ],
  header: {
    template: 'turquoise',
    title: { content: '📚晒挚爱好书，赢读书礼金', tag: 'plain_text' },
  },
};
const template = {
  type: 'template',
  data: { template_id: 'ctp_xxxxxx', template_variable: { var_xxx: 'xxxxxx' } },
};

const examples = {
  post: {
    ...targets,
    msg_type: 'post',
    content: {
      post: { zh_cn: post('我是一个标题', '第一行'), en_us: post('I am a title', 'first line') },
    },
  },
  image: {
    ...targets,
    msg_type: 'image',
    content: { image_key: 'img_v2_8e5a80ec-4d94-4bb2-84d5-e25d6c28dacj' },
  },
  share_chat: {
    ...targets,
    msg_type: 'share_chat',
    content: { share_chat_id: 'oc_84983ff6516d731e5b5f68d4ea2e1da5' },
  },
  'interactive, card JSON': { ...targets, msg_type: 'interactive', card },
  'interactive, card template': { ...targets, msg_type: 'interactive', card: template },
};

for (const [name, body] of Object.entries(examples)) {
  test(`the document's example of ${name} reaches its people unchanged`, async () => {
    const sent = await batchSend(client, body);
    assert.equal(sent.code, 0, JSON.stringify(sent));
    for (const list of ['department', 'open', 'user', 'union']) {
      assert.deepEqual(sent.data[`invalid_${list}_ids`], []);
    }
    await progressOnce(client, sent.data.message_id, delivered(3));
    const { messages } = await server.inbox('jim');
    const mine = messages.filter((m) => m.batch_id === sent.data.message_id);
    assert.equal(mine.length, 1);
    assert.equal(mine[0].msg_type, body.msg_type);
    assert.deepEqual(mine[0].content, body.content ?? body.card);
    assert.equal(mine[0].app.app_id, 'cli_demo');
  });
}

test("the document's text example, which names people four ways", async () => {
  const sent = await batchSend(client, {
    department_ids: ['3dceba33a33226', 'd502aaa9514059'],
    open_ids: ['ou_18eac85d35a26f989317ad4f02e8bbbb', 'ou_461cf042d9eedaa60d445f26dc747d5e'],
    user_ids: ['7cdcc7c2', 'ca51d83b'],
    union_ids: ['on_cad4860e7af114fb4ff6c5d496d1dd76', 'on_gdcq860e7af114fb4ff6c5d496dabcet'],
    msg_type: 'text',
    content: { text: 'test content' },
  });
  assert.equal(sent.code, 0);
  assert.deepEqual(sent.data.invalid_department_ids, ['d502aaa9514059']);
  const answer = await progressOnce(client, sent.data.message_id, delivered(2));
  assert.equal(answer.data.batch_message_send_progress.valid_user_ids_count, 2, 'each counts once');
  for (const person of ['7cdcc7c2', 'ca51d83b']) {
    const { messages } = await server.inbox(person);
    assert.equal(messages.filter((m) => m.batch_id === sent.data.message_id).length, 1);
  }
});
