// DingTalk's Java and Python SDKs, byte for byte as they write their requests, by plain HTTP: what
// headers they send, every scalar as a JSON string, forms of files without blanks.
'use strict';

const assert = require('node:assert/strict');
const http = require('node:http');
const { after, before, test } = require('node:test');

const { startServer } = require('./server.js');

const AGENT = '836390886';
let server;

before(async () => {
  server = await startServer('--set', 'dingtalk.rate_per_second=0');
});
after(() => server.stop());

// One request with exactly these headers.
function call(method, path, headers, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(new URL(path, server.url), { method, headers }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('end', () => {
        assert.equal(answer.statusCode, 200, 'clients throw on any other status');
        assert.match(answer.headers['content-type'], /^application\/json/);
        resolve(JSON.parse(Buffer.concat(pieces).toString()));
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

const JAVA = {
  'User-Agent': 'top-sdk-java',
  Accept: 'text/xml,text/javascript',
};

function java(path, parameters) {
  const body = JSON.stringify(parameters);
  return call(
    'POST',
    path,
    {
      ...JAVA,
      'Content-Type': 'application/json;charset=UTF-8',
      'Content-Length': Buffer.byteLength(body),
    },
    body,
  );
}

function python(path, parameters) {
  const body = JSON.stringify(parameters);
  return call(
    'POST',
    path,
    {
      'User-Agent': 'python-requests/2.31.0',
      'Accept-Encoding': 'gzip, deflate',
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    },
    body,
  );
}

async function token() {
  const answer = await call(
    'GET',
    '/gettoken?appkey=ding1&appsecret=s3cret2',
    { ...JAVA, 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8' },
    undefined,
  );
  assert.equal(answer.errcode, 0);
  assert.ok(answer.expires_in > 1800 && answer.expires_in <= 7200);
  return answer.access_token;
}

const conversation = (name, access) =>
  `/topapi/message/corpconversation/${name}?access_token=${access}`;

async function finished(access, task) {
  for (;;) {
    const answer = await java(conversation('getsendprogress', access), {
      agent_id: AGENT,
      task_id: String(task),
    });
    assert.equal(answer.errcode, 0);
    const { progress_in_percent: percent, status } = answer.progress;
    assert.equal(percent === 100, status === 2);
    if (status === 2) return answer;
  }
}

test('the Java SDK sends, asks and recalls', async () => {
  const access = await token();
  const sent = await java(conversation('asyncsend_v2', access), {
    agent_id: AGENT,
    userid_list: '7cdcc7c2,ca51d83b',
    to_all_user: 'false',
    msg: { msgtype: 'text', text: { content: 'from Java 你好' } },
  });
  assert.equal(sent.errcode, 0, sent.errmsg);
  assert.ok(Number.isSafeInteger(sent.task_id));
  const done = await finished(access, sent.task_id);
  assert.deepEqual(Object.keys(done), ['request_id', 'errcode', 'errmsg', 'progress']);
  const result = await java(conversation('getsendresult', access), {
    agent_id: AGENT,
    task_id: String(sent.task_id),
  });
  assert.deepEqual(result.send_result, {
    invalid_user_id_list: [],
    forbidden_user_id_list: [],
    failed_user_id_list: [],
    read_user_id_list: [],
    unread_user_id_list: ['7cdcc7c2', 'ca51d83b'],
    invalid_dept_id_list: [],
    forbidden_list: [],
  });
  const recalled = await java(conversation('recall', access), {
    agent_id: AGENT,
    msg_task_id: String(sent.task_id),
  });
  assert.equal(recalled.errcode, 0);
});

test('the Java SDK turns texts in brackets into arrays', async () => {
  const access = await token();
  const sent = await java(conversation('asyncsend_v2', access), {
    agent_id: AGENT,
    userid_list: ['lucy', 'lily'],
    dept_id_list: [103],
    msg: {
      msgtype: 'voice',
      voice: { media_id: 'img_v2_8e5a80ec-4d94-4bb2-84d5-e25d6c28dacj', duration: '10' },
    },
  });
  assert.equal(sent.errcode, 0, sent.errmsg);
});

test('the Java SDK uploads with part headers that have no blanks', async () => {
  const access = await token();
  const boundary = '1605863153573';
  const body = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Disposition:form-data;name="type"\r\nContent-Type:text/plain\r\n\r\nimage` +
        `\r\n--${boundary}\r\nContent-Disposition:form-data;name="media";filename="dot.gif"\r\n` +
        'Content-Type:image/gif\r\n\r\n',
    ),
    Buffer.from('GIF89a\x01\x00\x01\x00', 'latin1'),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const answer = await call(
    'POST',
    `/media/upload?access_token=${access}`,
    {
      ...JAVA,
      'Content-Type': `multipart/form-data;charset=UTF-8;boundary=${boundary}`,
      'Content-Length': body.length,
    },
    body,
  );
  assert.equal(answer.errcode, 0, answer.errmsg);
  assert.equal(answer.type, 'image');
  assert.equal(typeof answer.created_at, 'number');
});

test("007gzs's Python client sends JSON and gives msg as text", async () => {
  const access = await token();
  const sent = await python(conversation('asyncsend_v2', access), {
    agent_id: 836390886,
    userid_list: 'jim',
    to_all_user: false,
    msg: JSON.stringify({ msgtype: 'markdown', markdown: { title: 't', text: '# hi' } }),
  });
  assert.equal(sent.errcode, 0, sent.errmsg);
  const wrong = await python(conversation('getsendprogress', access), {
    agent_id: 836390886,
    task_id: 256271667526,
  });
  assert.deepEqual([wrong.errcode, wrong.errmsg], [40035, 'Invalid parameter']);
});

test('a bad token is 88 on topapi, where clients do not ask again without end', async () => {
  const answer = await python(conversation('getsendprogress', 'wrong'), { agent_id: 1, task_id: 1 });
  assert.equal(answer.errcode, 88);
  assert.equal(answer.sub_code, '40014');
  assert.equal(typeof answer.errmsg, 'string');
});

test('a power cut forgets neither tokens nor what people got today', async () => {
  const access = await token();
  const message = {
    agent_id: AGENT,
    userid_list: 'lucy',
    msg: { msgtype: 'text', text: { content: 'before the power cut' } },
  };
  const first = await java(conversation('asyncsend_v2', access), message);
  assert.equal(first.errcode, 0);
  await server.crashAndRestart();
  await finished(access, first.task_id);
  const second = await java(conversation('asyncsend_v2', access), {
    ...message,
    userid_list: 'lucy,lily',
  });
  assert.equal(second.errcode, 0);
  await finished(access, second.task_id);
  const { send_result: result } = await java(conversation('getsendresult', access), {
    agent_id: AGENT,
    task_id: String(second.task_id),
  });
  assert.deepEqual(result.forbidden_list, [{ code: '143106', count: 1, userid: 'lucy' }]);
  assert.deepEqual(result.unread_user_id_list, ['lily']);
});
