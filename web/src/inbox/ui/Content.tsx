// What the message says: drawn by the renderer that both pages share.

import { useContext, useMemo } from 'react';

import { inboxFileUrl, inboxImageUrl, Message } from '@/content';
import { useLanguage } from '@/shared/i18n';

import type { Item } from '../model/messages';
import { ReaderIds } from './reader';

export function Content({ item }: { item: Item }) {
  const language = useLanguage();
  const ids = useContext(ReaderIds);
  const viewer = useMemo(() => ({ ids }), [ids]);
  const imageUrl = useMemo(() => inboxImageUrl(item.batch_id), [item.batch_id]);
  const fileUrl = useMemo(() => inboxFileUrl(item.batch_id), [item.batch_id]);
  return (
    <Message
      msg_type={item.msg_type}
      content={item.content}
      locale={language}
      imageUrl={imageUrl}
      fileUrl={fileUrl}
      viewer={viewer}
    />
  );
}
