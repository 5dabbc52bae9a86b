// The pages in Debian's Chromium, for workloads/pages.py: one job a line on stdin, its result a line.
//
//   {"job": "paint", "url": U, "code": C, "warm": B}    the inbox of the person whose sign-in code it is
//   {"job": "open", "url": U, "code": C}                opens an inbox that the next jobs look at
//   {"job": "observe"}, {"job": "observed"}             begins and ends to measure what that page does
//   {"job": "wait", "text": T}                          until the newest message has that text
//   {"job": "scroll"}                                   from the newest message to the last
//   {"job": "close"}                                    closes that inbox
//   {"job": "console", "url": U, "token": T, "batch": ID}   the console of a large organisation
//
// Says "ready 0" when Chromium runs. A result is JSON; {"failed": WHY} where a job did not get through.
'use strict';

const path = require('node:path');
const readline = require('node:readline');

const { chromium } = require(path.join(__dirname, '../tests/browser/node_modules/playwright-core'));

const SLOWDOWN = 4;
const SCROLL_STEP = 1500; // pixels a frame: some eleven messages
const LATE_FRAME_MS = 50;
const WAIT_MS = 60_000;

const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });

let browser;
let page; // the inbox that is looked at

async function newPage(context) {
  const opened = await context.newPage();
  opened.setDefaultTimeout(WAIT_MS);
  return opened;
}

// In place of the link, so that a page that is measured begins signed in.
async function signIn(context, { url, code }) {
  const answer = await context.request.post(`${url}/api/v1/session`, {
    data: { code },
    headers: { Origin: url },
  });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`);
}

const upToDate = (opened) => opened.waitForSelector('.page[data-link="live"]');

// Runs in the page, before its own scripts.
function notePaints() {
  new MutationObserver((_, observer) => {
    if (!document.querySelector('article')) return;
    observer.disconnect();
    // After the frame that shows it.
    requestAnimationFrame(() => setTimeout(() => (window.firstMessage = performance.now())));
  }).observe(document, { childList: true, subtree: true });
}

// A browser of its own each time: the throttle is the whole process's.
async function paint({ url, code, warm }) {
  const slow = await launch();
  const context = await slow.newContext();
  await signIn(context, { url, code });
  if (warm) {
    const before = await newPage(context);
    await before.goto(`${url}/inbox/`);
    await upToDate(before);
    await before.evaluate(() => navigator.serviceWorker.ready.then(() => null));
    await before.waitForSelector('article');
    await before.close();
  }
  const opened = await newPage(context);
  await opened.addInitScript(notePaints);
  const devtools = await context.newCDPSession(opened);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  await opened.goto(`${url}/inbox/`);
  await opened.waitForSelector('article');
  const result = await opened.evaluate(async () => {
    while (!window.firstMessage) await new Promise((next) => requestAnimationFrame(next));
    const [first] = performance.getEntriesByName('first-contentful-paint');
    return { first_paint_ms: first.startTime, first_message_ms: window.firstMessage };
  });
  await slow.close();
  return result;
}

async function open(given) {
  const context = await browser.newContext();
  await signIn(context, given);
  page = await newPage(context);
  await page.goto(`${given.url}/inbox/`);
  await upToDate(page);
  await page.waitForSelector('article');
  return {};
}

// Runs in the page: its long tasks, and how late its frames come.
function watch() {
  const seen = { tasks: [], frames: [], nodes: 0, on: true };
  window.seen = seen;
  const note = (list) => seen.tasks.push(...list.getEntries().map(({ duration }) => duration));
  seen.observer = new PerformanceObserver(note);
  seen.observer.observe({ type: 'longtask' });
  let before = performance.now();
  const frame = (now) => {
    seen.frames.push(now - before);
    before = now;
    if (seen.frames.length % 10 === 0) {
      seen.nodes = Math.max(seen.nodes, document.getElementsByTagName('*').length);
    }
    if (seen.on) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

// Runs in the page.
function watched(lateFrameMs) {
  const { tasks, frames, nodes, observer } = window.seen;
  window.seen.on = false;
  tasks.push(...observer.takeRecords().map(({ duration }) => duration));
  observer.disconnect();
  return {
    long_tasks: tasks.length, // over 50 ms: the browser tells of no others
    longest_task_ms: Math.max(0, ...tasks),
    frames: frames.length,
    late_frames: frames.filter((ms) => ms > lateFrameMs).length,
    longest_frame_ms: Math.max(0, ...frames),
    nodes,
  };
}

let devtools;
let usedBefore;
async function used() {
  const { metrics } = await devtools.send('Performance.getMetrics');
  const value = (wanted) => metrics.find(({ name }) => name === wanted).value;
  return { task: value('TaskDuration'), at: value('Timestamp') };
}

async function observe() {
  devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  await page.evaluate(watch);
  usedBefore = await used();
  return {};
}

async function observed() {
  const now = await used();
  const busy = (now.task - usedBefore.task) / (now.at - usedBefore.at);
  const result = await page.evaluate(watched, LATE_FRAME_MS);
  await devtools.detach();
  return { ...result, busy_percent: busy * 100, seconds: now.at - usedBefore.at };
}

async function wait({ text }) {
  await page.locator('article', { hasText: text }).first().waitFor();
  return {};
}

async function scroll() {
  await observe();
  await page.evaluate(
    (step) =>
      new Promise((done) => {
        const feed = document.querySelector('#feed');
        const down = () => {
          feed.scrollTop += step;
          const atEnd = feed.scrollTop + feed.clientHeight >= feed.scrollHeight - 1;
          const last = document.querySelector('article:last-of-type');
          const all = Number(last?.getAttribute('aria-setsize'));
          if (atEnd && all > 0 && Number(last.getAttribute('aria-posinset')) === all) done();
          else requestAnimationFrame(down);
        };
        down();
      }),
    SCROLL_STEP,
  );
  const messages = await page.locator('article').last().getAttribute('aria-posinset');
  return { ...(await observed()), messages: Number(messages) };
}

async function close() {
  await page.context().close();
  return {};
}

// What a page of the console loads, in bytes as they came over the wire: files of the page, which a
// browser keeps, and answers of the API. `work` is given what waits until the page is complete.
async function loadedBy(opened, work) {
  const network = await opened.context().newCDPSession(opened);
  await network.send('Network.enable');
  const calls = new Map();
  const running = new Set();
  const on = (event, act) =>
    network.on(`Network.${event}`, (told) => {
      const call = calls.get(told.requestId);
      if (call) act(call, told);
    });
  network.on('Network.requestWillBeSent', ({ requestId, request }) => {
    calls.set(requestId, { path: new URL(request.url).pathname, bytes: 0 });
    running.add(requestId);
  });
  on('responseReceived', (call, { requestId, response }) => {
    call.cached = response.fromDiskCache || response.fromServiceWorker;
    if (response.mimeType === 'text/event-stream') running.delete(requestId); // it does not end
  });
  on('dataReceived', (call, { dataLength }) => (call.bytes += dataLength));
  on('loadingFinished', (call, { requestId, encodedDataLength }) => {
    call.bytes = encodedDataLength;
    running.delete(requestId);
  });
  on('loadingFailed', (_, { requestId }) => running.delete(requestId));
  await work(async () => {
    const deadline = Date.now() + WAIT_MS;
    while (running.size > 0 || !(await opened.evaluate(complete))) {
      if (Date.now() > deadline) throw new Error(`${opened.url()} is not complete`);
      await opened.evaluate(() => new Promise((next) => requestAnimationFrame(next)));
    }
  });
  await network.detach();
  const sum = (wanted) => {
    const those = [...calls.values()].filter((call) => !call.cached && wanted(call.path));
    return { requests: those.length, kb: those.reduce((all, { bytes }) => all + bytes, 0) / 1000 };
  };
  const isApi = (name) => name.startsWith('/api/');
  return { api: sum(isApi), assets: sum((name) => !isApi(name)) };
}

// Runs in the page; nothing on it is still to come.
const complete = () =>
  document.querySelector('h1') !== null &&
  !document.querySelector('.waiting, .tree-loading, .table-busy, [aria-busy=true]');

async function openBranch(opened) {
  const tree = opened.getByRole('tree');
  await tree.locator('[aria-expanded=false] .tree-open').first().click();
  await tree.locator('[aria-level="2"]').first().waitFor();
}

async function operatorsConsole({ url, token, batch }) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 } });
  const opened = await newPage(context);
  const result = {};
  const measure = async (name, work) => (result[name] = await loadedBy(opened, work));
  await measure('sign_in', async (settled) => {
    await opened.goto(`${url}/console/`);
    await opened.waitForSelector('input[name=username], input[name=token]');
    const byName = await opened.locator('input[name=username]').count();
    if (byName) await opened.locator('form button[type=button]').last().click();
    await opened.fill('input[name=token]', token);
    await opened.click('button[type=submit]');
    await opened.waitForSelector('.shell-nav');
    await settled();
  });
  const go = (target) => opened.goto(`${url}/console${target}`);
  await measure('directory', async (settled) => {
    await go('/directory');
    await settled();
    await openBranch(opened);
    await settled();
    await opened.getByRole('treeitem').first().click();
    await settled();
  });
  await measure('batch', async (settled) => {
    await go(`/batches/${batch}`);
    await settled();
    await opened.getByRole('tab').nth(1).click();
    await settled();
  });
  await measure('compose', async (settled) => {
    await go('/compose');
    await settled();
    await opened.locator('.compose select').first().selectOption({ index: 1 });
    await openBranch(opened);
    await settled();
    await opened.getByRole('treeitem').first().click();
    await opened.locator('.chip').first().waitFor();
    await settled();
  });
  await context.close();
  return result;
}

const jobs = { paint, open, observe, observed, wait, scroll, close, console: operatorsConsole };

async function main() {
  browser = await launch();
  process.stdout.write('ready 0\n');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { job, ...given } = JSON.parse(line);
    const result = await jobs[job](given).catch((problem) => ({ failed: problem.stack }));
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
  await browser.close();
}

main();
