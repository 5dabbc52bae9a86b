// The console in Chromium, before a server of its own: what its test files share.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');

const { chromium } = require('playwright-core');

const { startServer } = require('../sdk/node/server.js');

const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const pictures = path.resolve(__dirname, '../../build/pictures');
const PASSWORD = 'correct horse battery';

async function openConsole(...args) {
  const server = await startServer('--profile', 'own', ...args);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });

  // A window of one operator. Whatever the policy refused, and whatever a page threw, is in `faults`.
  async function visit({ language = 'en', theme = 'light', ...options } = {}) {
    const context = await browser.newContext({
      viewport: { width: 1360, height: 860 },
      locale: language,
      timezoneId: 'Asia/Shanghai',
      reducedMotion: 'reduce',
      acceptDownloads: true,
      ...options,
    });
    context.setDefaultTimeout(15_000);
    const faults = [];
    await context.addInitScript(
      ([chosenTheme, chosenLanguage]) => {
        localStorage.setItem('carillon.theme', chosenTheme);
        localStorage.setItem('carillon.language', chosenLanguage);
        document.addEventListener('securitypolicyviolation', (event) =>
          console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
        );
      },
      [theme, language],
    );
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.stack ?? error.message));
    page.on('console', (message) => {
      // A refused call is logged by the browser itself; the page shows it.
      const refused = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !refused) faults.push(message.text());
    });
    return { page, context, faults };
  }

  async function signIn(page, who = {}) {
    await page.goto(`${server.url}/console/`);
    if (who.name) {
      await page.fill('input[name=username]', who.name);
      await page.fill('input[name=password]', who.password ?? PASSWORD);
    } else {
      const swap = page.locator('form button[type=button]');
      await page.waitForSelector('input[name=username], input[name=token]');
      if (await page.locator('input[name=username]').count()) await swap.last().click();
      await page.fill('input[name=token]', 'sdk-tests-admin');
    }
    await page.click('button[type=submit]');
    await page.waitForSelector('.shell-nav');
  }

  async function go(page, target) {
    await page.goto(`${server.url}/console${target}`);
    await settled(page);
  }

  async function stop() {
    await browser.close();
    await server.stop();
  }
  return { server, browser, visit, signIn, go, stop };
}

// The page has its heading, and nothing on it is still to come.
async function settled(page) {
  await page.waitForSelector('h1');
  await until(
    page,
    () => !document.querySelector('.waiting, .tree-loading, .table-busy, [aria-busy=true]'),
  );
}

// Instead of waitForFunction, which looks again by eval: the policy of the pages forbids that.
async function until(page, condition) {
  const deadline = Date.now() + 15_000;
  while (!(await page.evaluate(condition))) {
    if (Date.now() > deadline) throw new Error(`did not come true: ${condition}`);
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(next)));
  }
}

async function assertNoAxeFindings(page, where) {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await window.axe.run({ runOnly: tags });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`),
    );
  });
  assert.deepEqual(found, [], where);
}

async function picture(page, name) {
  fs.mkdirSync(pictures, { recursive: true });
  await page.screenshot({
    path: path.join(pictures, `console-${name}.png`),
    animations: 'disabled',
  });
}

const button = (page, name) => page.getByRole('button', { name, exact: true });

module.exports = { PASSWORD, assertNoAxeFindings, button, openConsole, picture, settled, until };
