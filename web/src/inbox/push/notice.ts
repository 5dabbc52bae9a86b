// What a push shows. It only knocks (which app, which batch): the words are asked of the inbox, so
// that what was recalled meanwhile is not shown.

import { summarize } from '@/content/summary';
import { call } from '@/shared/api/client';
import { languageFor } from '@/shared/i18n/languages';

interface Knock {
  type: 'message';
  batch_id: string;
  app: { app_id: string; name: string };
}

export interface Notice {
  title: string;
  body: string;
  tag: string; // a second one for the same batch replaces the first
}

const NEW_MESSAGE = { en: 'New message', 'zh-CN': '新消息' };
const NEWEST = 20;

export async function noticeOf(
  knock: Partial<Knock>,
  languages: readonly string[],
): Promise<Notice> {
  const locale = languageFor(languages);
  const notice: Notice = {
    title: knock.app?.name || 'Carillon',
    body: NEW_MESSAGE[locale],
    tag: knock.batch_id ?? 'carillon',
  };
  try {
    const page = await call('get', '/api/v1/inbox', { query: { limit: NEWEST } });
    const message = page.messages.find(({ batch_id }) => batch_id === knock.batch_id);
    if (message)
      notice.body = summarize(message.msg_type, message.content, { locale }) || notice.body;
  } catch {
    // signed out or offline: it is a new message all the same
  }
  return notice;
}
