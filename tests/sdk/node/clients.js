// Clients of the vendor's SDK as its users make them, and what several test files ask of them.
'use strict';

const lark = require('@larksuiteoapi/node-sdk');

// The SDK's own cache is one for the whole process and knows neither secret nor address, so
// clients that must not share tokens get one each.
class OwnCache {
  constructor() {
    this.values = new Map();
  }
  async get(key, options) {
    const found = this.values.get(`${options?.namespace}/${String(key)}`);
    return found && (!found.expire || found.expire > Date.now()) ? found.value : undefined;
  }
  async set(key, value, expire, options) {
    this.values.set(`${options?.namespace}/${String(key)}`, { value, expire });
    return true;
  }
}

const nothing = () => {};
const silent = { error: nothing, warn: nothing, info: nothing, debug: nothing, trace: nothing };

function makeClient(server, options = {}) {
  return new lark.Client({
    appId: 'cli_demo',
    appSecret: 's3cret',
    domain: server.url,
    logger: silent,
    ...options,
  });
}

function batchSend(client, body, target = '/open-apis/message/v4/batch_send/', options = {}) {
  return client.request({ method: 'POST', url: target, data: body, ...options });
}

const text = (content, targets = { user_ids: ['7cdcc7c2'] }) => ({
  ...targets,
  msg_type: 'text',
  content: { text: content },
});

const progress = (client, id) =>
  client.im.v1.batchMessage.getProgress({ path: { batch_message_id: id } });

const readers = (client, id) =>
  client.im.v1.batchMessage.readUser({ path: { batch_message_id: id } });

const recall = (client, id) => client.im.v1.batchMessage.delete({ path: { batch_message_id: id } });

// Asks for the progress until `wanted` holds of it; sending takes its time.
async function progressOnce(client, id, wanted) {
  for (let tries = 0; tries < 500; ++tries) {
    const answer = await progress(client, id);
    const { batch_message_send_progress: sent, batch_message_recall_progress: recalled } =
      answer.data;
    if (wanted({ ...sent, ...recalled })) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${id} did not get there within 5 s`);
}

const delivered = (count) => (counts) => counts.success_user_ids_count === count;

// What a call rejects with: the status and the body, as the document's samples print them.
async function refused(call) {
  try {
    const answer = await call;
    throw new Error(`expected a rejection, got ${JSON.stringify(answer)}`);
  } catch (problem) {
    if (!problem.response) throw problem;
    return {
      status: problem.response.status,
      headers: problem.response.headers,
      ...problem.response.data,
    };
  }
}

module.exports = {
  OwnCache,
  batchSend,
  delivered,
  lark,
  makeClient,
  progress,
  progressOnce,
  readers,
  recall,
  refused,
  text,
};
