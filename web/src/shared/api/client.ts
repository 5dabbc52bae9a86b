// Calls of /api/v1 with the types of the OpenAPI document. The cookie says who calls.
//
// Errors  A Problem for whatever the server refuses; `Unreachable` when there was no answer.

import type { components, paths } from './schema.gen';

export type Schemas = components['schemas'];

type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Operation<P extends keyof paths, V extends Verb> = NonNullable<paths[P][V]>;
export type PathWith<V extends Verb> = {
  [P in keyof paths]: [Operation<P, V>] extends [never] ? never : P;
}[keyof paths];

type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : never;
type Ok<R> = { [S in keyof R]: S extends 200 | 201 | 202 ? Json<R[S]> : never }[keyof R];
type Answer<O> = O extends { responses: infer R } ? Ok<R> : never;
type Given<O, Part extends string> = O extends { parameters: { [K in Part]?: infer T } }
  ? T
  : never;
type Options<O> = {
  path?: Given<O, 'path'>;
  query?: Given<O, 'query'>;
  body?: O extends { requestBody?: { content: { 'application/json': infer Body } } } ? Body : never;
} & Plain;

interface Plain {
  headers?: Record<string, string>;
  signal?: AbortSignal;
  keepalive?: boolean; // goes out even when the page is closed meanwhile
}

interface Untyped extends Plain {
  path?: object;
  query?: object;
  body?: unknown;
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string; // "urn:carillon:problem:not-found" -> "not-found"
  readonly requestId: string;
  readonly problems: string[];

  constructor(status: number, body: Partial<Schemas['Problem']>) {
    super(body.detail || body.title || `HTTP ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.code = body.type?.replace('urn:carillon:problem:', '') ?? `http-${status}`;
    this.requestId = body.instance ?? '';
    this.problems = body.problems ?? [];
  }
}

export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('the server cannot be reached', { cause });
    this.name = 'Unreachable';
  }
}

export function addressOf(template: string, path: object = {}, query: object = {}): string {
  const values = path as Record<string, string>;
  const target = template.replace(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(values[name] ?? ''),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${target}?${text}` : target;
}

// For calls that the document does not describe (yet); everything else goes through `call`.
export async function request<T>(verb: Verb, template: string, options: Untyped = {}): Promise<T> {
  const { path, query, body, headers, ...rest } = options;
  let answer: Response;
  try {
    answer = await fetch(addressOf(template, path, query), {
      ...rest,
      method: verb.toUpperCase(),
      credentials: 'same-origin',
      headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    throw new Unreachable(cause);
  }
  const text = await answer.text().catch((cause) => {
    throw new Unreachable(cause);
  });
  if (!answer.ok) throw new Problem(answer.status, parsed(text));
  return (text ? JSON.parse(text) : undefined) as T;
}

function parsed(text: string): Partial<Schemas['Problem']> {
  try {
    return JSON.parse(text);
  } catch {
    return {}; // a proxy's page
  }
}

export function call<V extends Verb, P extends PathWith<V>>(
  verb: V,
  template: P,
  options: Options<Operation<P, V>> = {},
): Promise<Answer<Operation<P, V>>> {
  return request(verb, template, options as Untyped);
}
