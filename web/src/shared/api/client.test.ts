import { afterEach, expect, test, vi } from 'vitest';

import { addressOf, call, Problem, request, Unreachable } from './client';

afterEach(() => vi.unstubAllGlobals());

const answering = (status: number, body: string) => {
  const fetch = vi.fn(async () => new Response(status === 204 ? null : body, { status }));
  vi.stubGlobal('fetch', fetch);
  return fetch;
};

test('addresses are filled in and escaped, what is not given is left out', () => {
  expect(addressOf('/a/{id}/b', { id: 'x/y?' }, { limit: 5, before: undefined, q: 'ü &' })).toBe(
    '/a/x%2Fy%3F/b?limit=5&q=%C3%BC+%26',
  );
});

test('an answer is parsed, and an empty one is undefined', async () => {
  const fetch = answering(200, '{"read":2}');
  expect(await call('post', '/api/v1/inbox/read', { body: { batch_ids: ['bm-1'] } })).toEqual({
    read: 2,
  });
  expect(fetch).toHaveBeenCalledWith(
    '/api/v1/inbox/read',
    expect.objectContaining({ method: 'POST', body: '{"batch_ids":["bm-1"]}' }),
  );
  answering(204, '');
  expect(await request('delete', '/x')).toBeUndefined();
});

test('a refusal is a Problem, whoever words it', async () => {
  answering(
    403,
    JSON.stringify({ type: 'urn:carillon:problem:forbidden', detail: 'role', instance: 'r1' }),
  );
  const refused = await request('get', '/x').catch((problem) => problem);
  expect(refused).toBeInstanceOf(Problem);
  expect(refused).toMatchObject({
    status: 403,
    code: 'forbidden',
    message: 'role',
    requestId: 'r1',
  });
  answering(502, '<html>');
  expect(await request('get', '/x').catch((problem) => problem)).toMatchObject({
    code: 'http-502',
  });
});

test('no answer is Unreachable, but not when the caller gave up', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  await expect(request('get', '/x')).rejects.toBeInstanceOf(Unreachable);
  const gone = new AbortController();
  gone.abort();
  await expect(request('get', '/x', { signal: gone.signal })).rejects.toBeInstanceOf(TypeError);
});
