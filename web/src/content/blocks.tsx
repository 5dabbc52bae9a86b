// Draws the blocks of a message.
import { useContext, useId, type ReactNode } from 'react';

import { Anchor, Inlines } from './inlines';
import type { Action, Block, CardHeader, Tone } from './model';
import { PictureView } from './picture';
import { SurroundingsContext } from './surroundings';

type Of<Kind extends Block['kind']> = Extract<Block, { kind: Kind }>;

export function Blocks({ of }: { of: readonly Block[] }): ReactNode {
  return of.map((block, n) => <BlockView key={n} block={block} />);
}

const toneClass = (tone: Tone | null): string => (tone === null ? '' : ` c-${tone}`);

function BlockView({ block }: { block: Block }): ReactNode {
  switch (block.kind) {
    case 'paragraph':
      return (
        <p dir="auto" className={lookOf(block)}>
          <Inlines of={block.children} />
        </p>
      );
    case 'heading':
      return <Heading {...block} />;
    case 'quote':
      return (
        <blockquote>
          <Blocks of={block.blocks} />
        </blockquote>
      );
    case 'list':
      return <List {...block} />;
    case 'code':
      return <Code {...block} />;
    case 'table':
      return <Table {...block} />;
    case 'rule':
      return <hr />;
    case 'picture':
      return (
        <figure className={block.small ? 'c-small' : undefined}>
          <PictureView picture={block.picture} small={block.small} />
          {block.caption.length > 0 && (
            <figcaption dir="auto">
              <Inlines of={block.caption} />
            </figcaption>
          )}
        </figure>
      );
    case 'pictures':
      return (
        <div className="c-pictures">
          {block.pictures.map((picture, n) => (
            <PictureView key={n} picture={picture} />
          ))}
        </div>
      );
    case 'attachment':
      return <Attachment of={block} />;
    case 'group':
      return <Group {...block} />;
    case 'fields':
      return (
        <div className="c-fields">
          {block.items.map((item, n) => (
            <div key={n} className={item.short ? undefined : 'c-wide'}>
              <Blocks of={item.children} />
            </div>
          ))}
        </div>
      );
    case 'pairs':
      return <Pairs {...block} />;
    case 'figure':
      return (
        <p className="c-figure" dir="auto">
          <strong>{block.number}</strong> {block.unit}
        </p>
      );
    case 'beside':
      return (
        <div className="c-beside">
          <div>
            <Blocks of={block.blocks} />
          </div>
          <BlockView block={block.extra} />
        </div>
      );
    case 'columns':
      return <Columns {...block} />;
    case 'actions':
      return (
        <div className={`c-actions c-actions-${block.layout}`}>
          {block.actions.map((action, n) => (
            <Button key={n} action={action} />
          ))}
        </div>
      );
    case 'choice':
      return <Choice {...block} />;
    case 'details':
      return (
        <details open={block.open}>
          <summary dir="auto">
            <Inlines of={block.title} />
          </summary>
          <div className="c-stack">
            <Blocks of={block.blocks} />
          </div>
        </details>
      );
    case 'note':
      return (
        <div className="c-note">
          <Blocks of={block.blocks} />
        </div>
      );
    case 'status':
      return (
        <p className={`c-status c-${block.tone}`} dir="auto">
          {block.text}
        </p>
      );
    case 'attachments':
      return <Words name="attachments" values={{ count: block.count }} />;
    case 'author':
      return <Words name="author" values={{ name: block.name }} />;
    case 'template':
      return <Words name="template" />;
    case 'unknown':
      return <Unknown {...block} />;
    case 'card':
      return <Card {...block} />;
  }
}

function lookOf(block: Of<'paragraph'>): string | undefined {
  const names = [block.align && `c-${block.align}`, block.size && `c-text-${block.size}`];
  return names.filter(Boolean).join(' ') || undefined;
}

function Words(props: {
  name: 'attachments' | 'author' | 'template';
  values?: Record<string, string>;
}): ReactNode {
  const { t } = useContext(SurroundingsContext);
  return (
    <p className="c-quiet" dir="auto">
      {t(props.name, props.values)}
    </p>
  );
}

// A message is one of many on a page: its headings must not become the page's own outline.
function Heading({ level, children }: Of<'heading'>): ReactNode {
  return (
    <p className={`c-heading c-h${Math.min(level, 4)}`} dir="auto">
      <Inlines of={children} />
    </p>
  );
}

function List({ ordered, start, items }: Of<'list'>): ReactNode {
  const rows = items.map((item, n) => (
    <li key={n}>
      <Blocks of={item} />
    </li>
  ));
  return ordered ? <ol start={start === 1 ? undefined : start}>{rows}</ol> : <ul>{rows}</ul>;
}

// Reachable by keyboard because it may have to be scrolled sideways.
function Code({ language, text }: Of<'code'>): ReactNode {
  return (
    <pre dir="ltr" tabIndex={0} role="region" aria-label={language || 'code'}>
      <code>{text}</code>
    </pre>
  );
}

function Table({ head, rows, align }: Of<'table'>): ReactNode {
  const id = useId();
  const look = (n: number): string | undefined =>
    align[n] && align[n] !== 'left' ? `c-${align[n]}` : undefined;
  return (
    <div className="c-table" tabIndex={0} role="region" aria-labelledby={id}>
      <table>
        <thead id={id}>
          <tr>
            {head.map((cell, n) => (
              <th key={n} scope="col" className={look(n)} dir="auto">
                <Inlines of={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, r) => (
            <tr key={r}>
              {row.map((cell, n) => (
                <td key={n} className={look(n)} dir="auto">
                  <Inlines of={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Pairs({ items }: Of<'pairs'>): ReactNode {
  return (
    <dl>
      {items.map((item, n) => (
        <div key={n}>
          <dt dir="auto">{item.key}</dt>
          <dd dir="auto">{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Columns({ columns, background }: Of<'columns'>): ReactNode {
  return (
    <div className={`c-columns${background === null ? '' : ` c-filled${toneClass(background)}`}`}>
      {columns.map((column, n) => (
        <div
          key={n}
          className={`c-weight-${column.weight}${
            column.background === null ? '' : ` c-filled${toneClass(column.background)}`
          }`}
        >
          <Blocks of={column.blocks} />
        </div>
      ))}
    </div>
  );
}

function Button({ action }: { action: Action }): ReactNode {
  const { t } = useContext(SurroundingsContext);
  if (action.href !== null) {
    return (
      <Anchor href={action.href} className={`c-button c-button-${action.look}`}>
        {action.text}
      </Anchor>
    );
  }
  return (
    <span className="c-button c-inert" title={t('elsewhere_only')}>
      {action.text}
      <span className="c-aside"> ({t('elsewhere_only')})</span>
    </span>
  );
}

function Choice({ prompt, options }: Of<'choice'>): ReactNode {
  const { t } = useContext(SurroundingsContext);
  return (
    <div className="c-choice">
      <p className="c-quiet" dir="auto">
        {prompt || t('options')}
      </p>
      {options.length > 0 && (
        <ul>
          {options.map((option, n) => (
            <li key={n}>
              <Anchor href={option.href}>{option.text}</Anchor>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Attachment({ of: { what, key, name, seconds } }: { of: Of<'attachment'> }): ReactNode {
  const { t, fileUrl } = useContext(SurroundingsContext);
  const url = key === null ? undefined : fileUrl(key);
  return (
    <div className={`c-attachment c-${what}`}>
      <span className="c-icon" aria-hidden="true" />
      <span className="c-attachment-name" dir="auto">
        {name || t(what)}
      </span>
      {seconds > 0 && (
        <span className="c-quiet">{t('seconds', { count: Math.round(seconds) })}</span>
      )}
      {url !== undefined && what === 'voice' && (
        <audio controls preload="none" src={url} aria-label={t(what)} />
      )}
      {/* Of a voice as well: browsers play only some of what phones record. */}
      {url !== undefined && (
        <a className="c-link" href={url} download={name}>
          {t('download')}
        </a>
      )}
    </div>
  );
}

function Group({ id }: Of<'group'>): ReactNode {
  const { t } = useContext(SurroundingsContext);
  return (
    <div className="c-attachment c-group">
      <span className="c-icon" aria-hidden="true" />
      <span>
        <strong>{t('group')}</strong>
        <br />
        <span className="c-quiet">{t('group_hint')}</span>
        <br />
        <bdi className="c-quiet c-id">{id}</bdi>
      </span>
    </div>
  );
}

function Unknown({ what, lines }: Of<'unknown'>): ReactNode {
  const { t } = useContext(SurroundingsContext);
  const reason = what === '' ? t('unknown_message') : t('unknown', { what: what.slice(0, 64) });
  return (
    <div className="c-unknown">
      {lines.map((line, n) => (
        <p key={n} dir="auto">
          {line}
        </p>
      ))}
      {(what !== '' || lines.length === 0) && <p className="c-quiet">{reason}</p>}
    </div>
  );
}

function Card({ header, href, blocks }: Of<'card'>): ReactNode {
  const { t } = useContext(SurroundingsContext);
  return (
    <div className={href === null ? 'c-card' : 'c-card c-leads'}>
      {header && <Header {...header} />}
      <div className="c-body c-stack">
        <Blocks of={blocks} />
        {href !== null && (
          <p className="c-more">
            <Anchor href={href} className="c-link c-whole">
              {t('details')}
            </Anchor>
          </p>
        )}
      </div>
    </div>
  );
}

function Header({ title, subtitle, tone, labels }: CardHeader): ReactNode {
  return (
    <div className={`c-header${toneClass(tone)}`}>
      <p className="c-title" dir="auto">
        <Inlines of={title} />
        {labels.map((label, n) => (
          <span key={n} className={`c-label c-${label.tone}`}>
            {label.text}
          </span>
        ))}
      </p>
      {subtitle.length > 0 && (
        <p className="c-subtitle" dir="auto">
          <Inlines of={subtitle} />
        </p>
      )}
    </div>
  );
}
