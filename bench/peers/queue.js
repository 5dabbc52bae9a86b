// A message to many people by a job queue: a job a recipient, as bulk sending is often built.
//
//   queue.js produce PORT   obeys `batch ID N` on stdin: adds N jobs; answers `added`
//   queue.js work PORT      a worker: each job puts the message on its person's inbox list
//
// Both print `ready 0` first. The worker is a process of its own, as BullMQ's pages advise; PORT is
// Redis's. Jobs are added a thousand a call (addBulk) and removed when they are done.
'use strict';

const readline = require('node:readline');
const { Queue, Worker } = require('bullmq');
const Redis = require('ioredis');

const BULK = 1000;
const CONCURRENCY = 200;
const INBOX_KEPT = 100;

const [, , role, port] = process.argv;
const connection = { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null };

async function produce() {
  const queue = new Queue('inbox', {
    connection,
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  await queue.waitUntilReady();
  console.log('ready 0');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [, id, people] = line.split(' ');
    for (let user = 0; user < Number(people); user += BULK) {
      const jobs = [];
      for (let n = user; n < Math.min(user + BULK, Number(people)); ++n) {
        jobs.push({ name: 'deliver', data: { batch: id, user: n } });
      }
      await queue.addBulk(jobs);
    }
    console.log('added');
  }
  process.exit(0);  // Redis may be gone by now: nothing to wait for
}

async function work() {
  const redis = new Redis({ ...connection, enableAutoPipelining: true });
  const deliver = async ({ data }) => {
    await redis
      .multi()
      .lpush(`person:${data.user}`, data.batch)
      .ltrim(`person:${data.user}`, 0, INBOX_KEPT - 1)
      .incr(`delivered:${data.batch}`)
      .exec();
  };
  const worker = new Worker('inbox', deliver, { connection, concurrency: CONCURRENCY });
  await worker.waitUntilReady();
  console.log('ready 0');
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}

(role === 'produce' ? produce() : work()).catch((error) => {
  console.error(error);
  process.exit(1);
});
