// Draws what stands within a line.
import { useContext, type ReactNode } from 'react';

import { hostOf } from './links';
import type { Inline, Mark } from './model';
import { PictureView, StillPicture } from './picture';
import { SurroundingsContext } from './surroundings';

const elements = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strike: 's',
  code: 'code',
} as const;
const elementOf = (mark: Mark): (typeof elements)[Mark] => elements[mark];

export function Inlines({ of }: { of: readonly Inline[] }): ReactNode {
  return of.map((inline, n) => <InlineView key={n} inline={inline} />);
}

function InlineView({ inline }: { inline: Inline }): ReactNode {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'break':
      return <br />;
    case 'mark': {
      const Element = elementOf(inline.mark);
      return (
        <Element>
          <Inlines of={inline.children} />
        </Element>
      );
    }
    case 'tone':
      return (
        <span className={`c-tone c-${inline.tone}`}>
          <Inlines of={inline.children} />
        </span>
      );
    case 'label':
      return <span className={`c-label c-${inline.tone}`}>{inline.text}</span>;
    case 'link':
      return (
        <Anchor href={inline.href}>
          <Inlines of={inline.children} />
        </Anchor>
      );
    case 'mention':
      return <Mention {...inline} />;
    case 'picture':
      return inline.still ? (
        <StillPicture picture={inline.picture} />
      ) : (
        <PictureView picture={inline.picture} small />
      );
  }
}

/** A link in a new window; without an address the words alone. */
export function Anchor(props: {
  href: string | null;
  className?: string;
  children: ReactNode;
}): ReactNode {
  const { t } = useContext(SurroundingsContext);
  if (props.href === null)
    return <span className={props.className ?? 'c-dead'}>{props.children}</span>;
  return (
    <a
      href={props.href}
      className={props.className ?? 'c-link'}
      target="_blank"
      rel="noopener noreferrer"
      title={hostOf(props.href) || undefined}
    >
      {props.children}
      <span className="c-aside"> ({t('new_window')})</span>
    </a>
  );
}

function Mention({ id, name, all }: { id: string; name: string; all: boolean }): ReactNode {
  const { t, readerIds } = useContext(SurroundingsContext);
  const mine = all || readerIds.has(id);
  return (
    <bdi className={mine ? 'c-mention c-mine' : 'c-mention'}>
      @{name || t(all ? 'everyone' : mine ? 'you' : 'someone')}
    </bdi>
  );
}
