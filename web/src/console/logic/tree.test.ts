import { expect, test } from 'vitest';

import { emptyTree, move, rows, step, type Node, type Step, type Tree } from './tree';

const node = (id: string, has_children = false): Node => ({ id, name: id, has_children });
const after = (...steps: Step<Node>[]): Tree<Node> =>
  steps.reduce((tree, one) => step(tree, one), emptyTree<Node>('0'));
const ids = (tree: Tree<Node>) => rows(tree).map((row) => `${'-'.repeat(row.depth)}${row.id}`);

const grown = () =>
  after(
    { type: 'page', id: '0', nodes: [node('a', true), node('b')], next: 'cursor' },
    { type: 'open', id: 'a' },
    { type: 'page', id: 'a', nodes: [node('a1'), node('a2')], next: null },
  );

test('rows are what is open, in order, with a row for what is still to come', () => {
  expect(ids(grown())).toEqual(['a', '-a1', '-a2', 'b', '0/+']);
  expect(ids(step(grown(), { type: 'close', id: 'a' }))).toEqual(['a', 'b', '0/+']);
});

test('a further page goes behind the first, and nothing stands there twice', () => {
  const tree = step(grown(), { type: 'page', id: '0', nodes: [node('b'), node('c')], next: null });
  expect(ids(tree)).toEqual(['a', '-a1', '-a2', 'b', 'c']);
});

test('a fresh page replaces what was there, and keeps what is open', () => {
  const tree = step(grown(), {
    type: 'page',
    id: '0',
    nodes: [node('a', true)],
    next: null,
    fresh: true,
  });
  expect(ids(tree)).toEqual(['a', '-a1', '-a2']);
});

test('loading and failing are rows of their own', () => {
  expect(ids(after({ type: 'ask', id: '0' }))).toEqual(['0/…']);
  expect(ids(after({ type: 'ask', id: '0' }, { type: 'fail', id: '0' }))).toEqual(['0/!']);
});

test('arrows go through rows, in and out of branches', () => {
  const tree = grown();
  expect(move(tree, 'a', 'ArrowDown')).toEqual({ type: 'focus', id: 'a1' });
  expect(move(tree, 'a1', 'ArrowUp')).toEqual({ type: 'focus', id: 'a' });
  expect(move(tree, 'a', 'ArrowRight')).toEqual({ type: 'focus', id: 'a1' });
  expect(move(tree, 'a2', 'ArrowLeft')).toEqual({ type: 'focus', id: 'a' });
  expect(move(tree, 'a', 'ArrowLeft')).toEqual({ type: 'close', id: 'a' });
  expect(move(step(tree, { type: 'close', id: 'a' }), 'a', 'ArrowRight')).toEqual({
    type: 'open',
    id: 'a',
  });
  expect(move(tree, 'b', 'End')).toEqual({ type: 'focus', id: '0/+' });
  expect(move(tree, 'b', 'Home')).toEqual({ type: 'focus', id: 'a' });
  expect(move(tree, 'a', 'ArrowUp')).toBeNull();
  expect(move(tree, 'gone', 'ArrowUp')).toEqual({ type: 'focus', id: 'a' });
});
