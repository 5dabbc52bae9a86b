// One message as its reader sees it. Content is untrusted: it becomes a tree of our own nodes
// (parse.ts), never markup; should drawing fail all the same, its words are left.
import {
  Component,
  memo,
  useCallback,
  useMemo,
  useState,
  type MouseEvent,
  type ReactNode,
} from 'react';

import { Blocks } from './blocks';
import './content.css';
import { beginningOf } from './extent';
import { parseMessage, picturesOf, plain } from './parse';
import { SurroundingsContext, type Surroundings } from './surroundings';
import { translatorFor, type Translate } from './texts';
import { Viewer } from './viewer';

export interface MessageProps {
  /** As `GET /api/v1/inbox` gives them. */
  msg_type: string;
  content: unknown;
  /** Of the reader, as in BCP 47; picks among a message's own languages. */
  locale?: string;
  /** Our own words; without it those of `locale`. */
  t?: Translate;
  /** Where a picture of this message is; without it there is a placeholder instead. */
  imageUrl?: (image_key: string) => string | undefined;
  /** Where a file or voice of this message is. */
  fileUrl?: (media_id: string) => string | undefined;
  /** The reader's own ids: mentions of them stand out. */
  viewer?: { ids: readonly string[] };
  /** Lines beyond which only the beginning is shown until one asks; 0: all of it. */
  collapseLines?: number;
}

const nowhere = (): undefined => undefined;
const nobody: readonly string[] = [];

/** Drawn again only when a prop changes: keep `imageUrl` and `viewer` from one time to the next. */
export const Message = memo(function Message(props: MessageProps): ReactNode {
  return (
    <Fallback key={props.msg_type} of={props}>
      <MessageView {...props} />
    </Fallback>
  );
});

function MessageView(props: MessageProps): ReactNode {
  const { msg_type, content, locale = 'en', collapseLines = 28 } = props;
  const blocks = useMemo(
    () => parseMessage(msg_type, content, locale),
    [msg_type, content, locale],
  );
  const beginning = useMemo(
    () => (collapseLines > 0 ? beginningOf(blocks, collapseLines) : blocks),
    [blocks, collapseLines],
  );
  const [isOpen, setOpen] = useState(false);
  const [picture, setPicture] = useState<string | null>(null);
  const closeViewer = useCallback(() => setPicture(null), []);
  const surroundings = useSurroundings(props, locale, setPicture);
  const { t } = surroundings;
  const isLong = beginning !== blocks;
  const fold = (event: MouseEvent<HTMLElement>): void => {
    const button = event.currentTarget;
    setOpen(!isOpen);
    // What was read to its end must not leave the reader somewhere below it.
    if (isOpen) requestAnimationFrame(() => button.scrollIntoView?.({ block: 'nearest' }));
  };
  return (
    <SurroundingsContext.Provider value={surroundings}>
      <div className="c-message c-stack">
        <Blocks of={isOpen ? blocks : beginning} />
        {isLong && (
          <button type="button" className="c-fold" aria-expanded={isOpen} onClick={fold}>
            {isOpen ? t('show_less') : t('show_all')}
          </button>
        )}
        {picture !== null && (
          <Viewer
            pictures={picturesOf(blocks)}
            shown={picture}
            show={setPicture}
            close={closeViewer}
          />
        )}
      </div>
    </SurroundingsContext.Provider>
  );
}

function useSurroundings(
  { t, imageUrl = nowhere, fileUrl = nowhere, viewer }: MessageProps,
  locale: string,
  openPicture: (key: string) => void,
): Surroundings {
  const ids = viewer?.ids ?? nobody;
  return useMemo(
    () => ({
      t: t ?? translatorFor(locale),
      imageUrl,
      fileUrl,
      readerIds: new Set(ids),
      openPicture,
    }),
    [t, locale, imageUrl, fileUrl, ids, openPicture],
  );
}

interface FallbackProps {
  of: MessageProps;
  children: ReactNode;
}

class Fallback extends Component<FallbackProps, { failed: unknown }> {
  override state: { failed: unknown } = { failed: undefined };

  static getDerivedStateFromError(): { failed: unknown } {
    return { failed: true };
  }

  override componentDidUpdate(before: FallbackProps): void {
    if (this.state.failed && before.of.content !== this.props.of.content)
      this.setState({ failed: undefined });
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    const { msg_type, content } = this.props.of;
    return (
      <div className="c-message c-stack">
        <Blocks of={plain(msg_type, content)} />
      </div>
    );
  }
}

const inboxUrl =
  (what: 'images' | 'files') =>
  (message_id: string) =>
  (key: string): string =>
    `/api/v1/inbox/${encodeURIComponent(message_id)}/${what}/${encodeURIComponent(key)}`;

/** `imageUrl` and `fileUrl` for a message of the reader's own inbox. */
export const inboxImageUrl = inboxUrl('images');
export const inboxFileUrl = inboxUrl('files');
