// A tree that is loaded as it is opened: which nodes are known, which are open, which rows that makes.
//
// Shape  `children` holds, for each node that was ever opened, the ids that came so far and the cursor of
//        the next page (null: that was all). Rows are what is to be shown, in order, with their depth.

export interface Node {
  id: string;
  name: string;
  has_children: boolean;
}

export interface Branch {
  ids: string[];
  next: string | null;
}

export interface Tree<N extends Node> {
  root: string;
  nodes: ReadonlyMap<string, N>;
  children: ReadonlyMap<string, Branch>;
  open: ReadonlySet<string>;
  loading: ReadonlySet<string>;
  failed: ReadonlySet<string>;
}

export type Row<N extends Node> =
  | { kind: 'node'; id: string; node: N; parent: string; depth: number; index: number; of: number }
  | { kind: 'more' | 'loading' | 'failed'; id: string; parent: string; depth: number };

export function emptyTree<N extends Node>(root: string): Tree<N> {
  return {
    root,
    nodes: new Map(),
    children: new Map(),
    open: new Set([root]),
    loading: new Set(),
    failed: new Set(),
  };
}

export type Step<N extends Node> =
  | { type: 'open' | 'close' | 'ask' | 'fail'; id: string }
  | { type: 'page'; id: string; nodes: N[]; next: string | null; fresh?: boolean };

function added<T>(set: ReadonlySet<T>, value: T): Set<T> {
  return new Set(set).add(value);
}
function removed<T>(set: ReadonlySet<T>, value: T): Set<T> {
  const next = new Set(set);
  next.delete(value);
  return next;
}

export function step<N extends Node>(tree: Tree<N>, action: Step<N>): Tree<N> {
  switch (action.type) {
    case 'open':
      return { ...tree, open: added(tree.open, action.id) };
    case 'close':
      return { ...tree, open: removed(tree.open, action.id) };
    case 'ask':
      return {
        ...tree,
        loading: added(tree.loading, action.id),
        failed: removed(tree.failed, action.id),
      };
    case 'fail':
      return {
        ...tree,
        loading: removed(tree.loading, action.id),
        failed: added(tree.failed, action.id),
      };
    case 'page': {
      const nodes = new Map(tree.nodes);
      for (const node of action.nodes) nodes.set(node.id, node);
      const known = action.fresh ? [] : (tree.children.get(action.id)?.ids ?? []);
      const seen = new Set(known);
      const ids = [...known, ...action.nodes.map((node) => node.id).filter((id) => !seen.has(id))];
      const children = new Map(tree.children).set(action.id, { ids, next: action.next });
      return {
        ...tree,
        nodes,
        children,
        loading: removed(tree.loading, action.id),
        failed: removed(tree.failed, action.id),
      };
    }
  }
}

export function rows<N extends Node>(tree: Tree<N>): Row<N>[] {
  const out: Row<N>[] = [];
  const visit = (parent: string, depth: number) => {
    const branch = tree.children.get(parent);
    branch?.ids.forEach((id, index) => {
      const node = tree.nodes.get(id)!;
      out.push({ kind: 'node', id, node, parent, depth, index, of: branch.ids.length });
      if (node.has_children && tree.open.has(id)) visit(id, depth + 1);
    });
    if (tree.loading.has(parent)) out.push({ kind: 'loading', id: `${parent}/…`, parent, depth });
    else if (tree.failed.has(parent))
      out.push({ kind: 'failed', id: `${parent}/!`, parent, depth });
    else if (branch?.next) out.push({ kind: 'more', id: `${parent}/+`, parent, depth });
  };
  visit(tree.root, 0);
  return out;
}

// What a key does to the row that has the focus, as the ARIA practices say of trees.
export type Move = { type: 'focus'; id: string } | { type: 'open' | 'close'; id: string } | null;

export function move<N extends Node>(tree: Tree<N>, focused: string, key: string): Move {
  const shown = rows(tree).filter((row) => row.kind !== 'loading');
  const at = shown.findIndex((row) => row.id === focused);
  const row = shown[at];
  if (!row) return shown[0] ? { type: 'focus', id: shown[0].id } : null;
  const focus = (to: number): Move => (shown[to] ? { type: 'focus', id: shown[to]!.id } : null);
  switch (key) {
    case 'ArrowDown':
      return focus(at + 1);
    case 'ArrowUp':
      return focus(at - 1);
    case 'Home':
      return focus(0);
    case 'End':
      return focus(shown.length - 1);
    case 'ArrowRight':
      if (row.kind !== 'node' || !row.node.has_children) return null;
      return tree.open.has(row.id) ? focus(at + 1) : { type: 'open', id: row.id };
    case 'ArrowLeft':
      if (row.kind === 'node' && row.node.has_children && tree.open.has(row.id))
        return { type: 'close', id: row.id };
      return row.parent === tree.root ? null : { type: 'focus', id: row.parent };
    default:
      return null;
  }
}
