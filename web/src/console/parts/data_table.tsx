// A table of rows that come a page at a time: only the rows in sight are in the document, and the next
// page is asked for when the end comes near.

import { useEffect, useRef, useState, type ReactNode } from 'react';

import { useText } from '@/shared/i18n';

export interface Column<R> {
  key: string;
  title: ReactNode;
  cell: (row: R) => ReactNode;
  width?: string;
  align?: 'end';
}

const kRow = 41; // pixels, as the stylesheet has it
const kSpare = 10;

export function DataTable<R>(props: {
  label: string;
  columns: Column<R>[];
  rows: R[];
  keyOf: (row: R) => string;
  height?: number; // scrolls within itself; absent: as long as its rows
  total?: number | null;
  more?: (() => unknown) | null;
  busy?: boolean;
  empty?: ReactNode;
}) {
  const t = useText();
  const { rows, columns, more, busy, height } = props;
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const virtual = height !== undefined;
  const first = virtual ? Math.max(0, Math.floor(top / kRow) - kSpare) : 0;
  const last = virtual
    ? Math.min(rows.length, Math.ceil((top + height) / kRow) + kSpare)
    : rows.length;
  const near = virtual && more && !busy && top + height * 2 > rows.length * kRow;
  useEffect(() => {
    if (near && rows.length > 0) more();
  }, [near, rows.length, more]);

  if (rows.length === 0 && !busy) return <p className="empty">{props.empty ?? t('common.none')}</p>;
  return (
    <div
      className={virtual ? 'table-box table-scrolls' : 'table-box'}
      ref={box}
      style={virtual ? { maxHeight: height } : undefined}
      onScroll={virtual ? (event) => setTop(event.currentTarget.scrollTop) : undefined}
      {...(virtual && { tabIndex: 0, role: 'region', 'aria-label': props.label })}
    >
      <table
        className="table"
        aria-label={props.label}
        aria-rowcount={virtual ? (props.total ?? (more ? -1 : rows.length + 1)) : undefined}
        aria-busy={busy}
      >
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={column.align === 'end' ? 'end' : undefined}
                style={column.width ? { width: column.width } : undefined}
              >
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <Spacer rows={first} columns={columns.length} />}
          {rows.slice(first, last).map((row, index) => (
            <tr key={props.keyOf(row)} aria-rowindex={virtual ? first + index + 2 : undefined}>
              {columns.map((column) => (
                <td key={column.key} className={column.align === 'end' ? 'end' : undefined}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
          {last < rows.length && <Spacer rows={rows.length - last} columns={columns.length} />}
        </tbody>
      </table>
      {busy && <p className="table-busy">{t('common.loading')}</p>}
    </div>
  );
}

function Spacer({ rows, columns }: { rows: number; columns: number }) {
  return (
    <tr aria-hidden="true" className="spacer">
      <td colSpan={columns} style={{ height: rows * kRow }} />
    </tr>
  );
}
