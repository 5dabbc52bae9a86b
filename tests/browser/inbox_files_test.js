// Files and voice messages in the inbox: a voice plays on the page, a file is kept under its name.
'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');

const { startServer } = require('../sdk/node/server.js');
const { LI, launch, openInbox, picture, until } = require('./inbox_page.js');

let server;
let browser;
let token;
before(async () => {
  server = await startServer('--profile', 'own');
  browser = await launch();
  ({ access_token: token } = await ding('/gettoken?appkey=ding1&appsecret=s3cret2'));
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function ding(target, options) {
  const answer = await (await fetch(server.url + target, options)).json();
  assert.equal(answer.errcode, 0, JSON.stringify(answer));
  return answer;
}

// A work notification about an uploaded file; gives what our own API calls the batch.
async function sendFile(type, name, bytes, more) {
  const form = new FormData();
  form.set('type', type);
  form.set('media', new Blob([bytes]), name);
  const { media_id } = await ding(`/media/upload?access_token=${token}`, {
    method: 'POST',
    body: form,
  });
  await ding(`/topapi/message/corpconversation/asyncsend_v2?access_token=${token}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      agent_id: 836390886,
      userid_list: LI,
      msg: { msgtype: type, [type]: { media_id, ...more } },
    }),
  });
}

// A second of a low tone, 8 bits and 8 kHz.
function tone() {
  const rate = 8000;
  const wav = Buffer.alloc(44 + rate);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + rate, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(1, 22); // one channel
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(rate, 40);
  for (let at = 0; at < rate; ++at) wav[44 + at] = 128 + 60 * Math.sin((at * 220 * 6.283) / rate);
  return wav;
}

test('a voice message plays on the page', async () => {
  await sendFile('voice', 'hello.wav', tone(), { duration: '1' });
  const page = await openInbox(browser, server, LI);
  const sound = page.locator('article audio');
  await sound.waitFor();
  assert.equal(await sound.evaluate(({ readyState }) => readyState), 0, 'nothing before it is asked');
  await sound.evaluate((element) => {
    element.muted = true;
    return element.play();
  });
  await until(() => sound.evaluate(({ ended }) => ended), true, 'the end of the voice');
  assert.equal(await sound.evaluate(({ duration }) => duration), 1);
  await picture(page, 'voice');
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('a file downloads under the name that it was sent with', async () => {
  await sendFile('file', 'Plan für 2027 计划.pdf', '%PDF-1.7 and what follows');
  const page = await openInbox(browser, server, LI);
  const download = page.waitForEvent('download');
  await page.locator('article .c-file a[download]').click();
  assert.equal((await download).suggestedFilename(), 'Plan für 2027 计划.pdf');
  await picture(page, 'file');
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
