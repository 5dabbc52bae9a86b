// A tree of departments that loads a branch when it is opened, and a page of a branch at a time.
//
// Keys as the ARIA practices have them; space acts on a row (`onAct`), enter shows it (`onPick`).

import { CaretRightOutlined } from '@ant-design/icons';
import {
  useCallback,
  useEffect,
  useReducer,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';

import { useText } from '@/shared/i18n';

import {
  emptyTree,
  move,
  rows,
  step,
  type Node,
  type Row,
  type Step,
  type Tree,
} from '../logic/tree';

export interface Page<N extends Node> {
  nodes: N[];
  next: string | null;
}
export type Load<N extends Node> = (
  parent: string,
  cursor: string | undefined,
  signal: AbortSignal,
) => Promise<Page<N>>;

export function TreeView<N extends Node>(props: {
  label: string;
  root: string;
  load: Load<N>;
  again?: unknown; // what is open is loaded again when this changes
  selected?: string | null;
  checked?: (node: N) => boolean;
  onPick?: (node: N) => void;
  onAct?: (node: N) => void;
  children: (node: N) => ReactNode;
}) {
  const t = useText();
  const { load, root } = props;
  const [tree, dispatch] = useReducer(
    (state: Tree<N>, action: Step<N>) => step(state, action),
    root,
    (id) => emptyTree<N>(id),
  );
  const [focused, setFocused] = useState<string | null>(null);
  const box = useRef<HTMLUListElement>(null);
  const calls = useRef(new Map<string, AbortController>());

  const ask = useCallback(
    (id: string, cursor: string | undefined, fresh?: boolean) => {
      calls.current.get(id)?.abort();
      const call = new AbortController();
      calls.current.set(id, call);
      if (!fresh) dispatch({ type: 'ask', id });
      load(id, cursor, call.signal).then(
        (page) => {
          if (!call.signal.aborted) dispatch({ type: 'page', id, ...page, fresh });
        },
        () => {
          if (!call.signal.aborted && !fresh) dispatch({ type: 'fail', id });
        },
      );
    },
    [load],
  );
  // Whatever is still asked for when the tree goes is given up.
  useEffect(() => {
    const running = calls.current;
    ask(root, undefined);
    return () => running.forEach((call) => call.abort());
  }, [ask, root]);

  const state = useRef(tree);
  state.current = tree;
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    for (const [id, branch] of state.current.children)
      if (state.current.open.has(id) && branch.next === null) ask(id, undefined, true);
  }, [props.again, ask]);

  const shown = rows(tree);
  const focusOn = (id: string) => {
    setFocused(id);
    box.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus();
  };
  const open = (row: Row<N>) => {
    dispatch({ type: 'open', id: row.id });
    if (!tree.children.has(row.id)) ask(row.id, undefined);
  };
  const more = (row: Row<N>) => ask(row.parent, tree.children.get(row.parent)?.next ?? undefined);
  const act = (row: Row<N>, key: 'Enter' | ' ') => {
    if (row.kind === 'node') {
      if (key === ' ' && props.onAct) props.onAct(row.node);
      else (props.onPick ?? props.onAct)?.(row.node);
    } else if (row.kind !== 'loading') more(row);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = shown.find((one) => one.id === current);
    if (!row) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      act(row, event.key);
      return;
    }
    const next = move(tree, row.id, event.key);
    if (!next) return;
    event.preventDefault();
    if (next.type === 'focus') focusOn(next.id);
    else if (next.type === 'open') open(row);
    else dispatch({ type: 'close', id: next.id });
  };
  const current = shown.some((row) => row.id === focused)
    ? focused
    : (shown.find((row) => row.kind !== 'loading')?.id ?? null);

  if (shown.length === 0) return <p className="empty">{t('tree.empty')}</p>;
  return (
    <ul
      role="tree"
      aria-label={props.label}
      className="tree"
      ref={box}
      onKeyDown={onKeyDown}
      aria-multiselectable={props.checked ? true : undefined}
    >
      {shown.map((row) => {
        const style = { paddingInlineStart: row.depth * 18 + 4 };
        if (row.kind !== 'node') {
          return (
            <li
              key={row.id}
              role="treeitem"
              aria-level={row.depth + 1}
              aria-selected={false}
              data-row={row.id}
              tabIndex={row.id === current ? 0 : -1}
              className={`tree-row tree-${row.kind}`}
              style={style}
              onClick={() => row.kind !== 'loading' && more(row)}
            >
              <span className="tree-open" />
              {t(`tree.${row.kind}`)}
            </li>
          );
        }
        const { node } = row;
        const isOpen = tree.open.has(row.id);
        const checked = props.checked?.(node);
        const selected = props.checked ? checked : props.selected === row.id;
        return (
          <li
            key={row.id}
            role="treeitem"
            aria-level={row.depth + 1}
            aria-setsize={tree.children.get(row.parent)?.next ? -1 : row.of}
            aria-posinset={row.index + 1}
            aria-expanded={node.has_children ? isOpen : undefined}
            aria-selected={selected ?? false}
            data-row={row.id}
            tabIndex={row.id === current ? 0 : -1}
            className="tree-row"
            style={style}
            onFocus={() => setFocused(row.id)}
            onClick={() => {
              if (props.onPick) props.onPick(node);
              else if (props.onAct) props.onAct(node);
              else if (node.has_children)
                if (isOpen) dispatch({ type: 'close', id: row.id });
                else open(row);
            }}
          >
            <span
              className={isOpen ? 'tree-open tree-opened' : 'tree-open'}
              onClick={(event) => {
                if (!node.has_children) return;
                event.stopPropagation();
                if (isOpen) dispatch({ type: 'close', id: row.id });
                else open(row);
              }}
            >
              {node.has_children && <CaretRightOutlined aria-hidden="true" />}
            </span>
            {props.checked && (
              <span className={checked ? 'tick ticked' : 'tick'} aria-hidden="true" />
            )}
            <span className="tree-body">{props.children(node)}</span>
          </li>
        );
      })}
    </ul>
  );
}
