// A message while it is written: a model for each type, what is missing of it, and the content that
// the server takes. What was written of one type stays while another is looked at.

import { check as checkCard, kTemplates } from './card';
import {
  problems as postProblems,
  toContent as postContent,
  emptyVersion,
  type Post,
} from './post';

export const kFeishuTypes = ['text', 'post', 'image', 'share_chat', 'interactive'] as const;
export const kDingtalkTypes = ['oa', 'markdown', 'link', 'action_card'] as const;
export const kTypes = [...kFeishuTypes, ...kDingtalkTypes] as const;
export type MsgType = (typeof kTypes)[number];

export interface Pair {
  key: string;
  value: string;
}
export interface ActionButton {
  title: string;
  action_url: string;
}
export interface Models {
  text: { text: string };
  post: Post;
  image: { image_key: string };
  share_chat: { share_chat_id: string };
  interactive: { json: string };
  oa: {
    message_url: string;
    head: string;
    colour: string;
    title: string;
    form: Pair[];
    content: string;
    author: string;
  };
  markdown: { title: string; text: string };
  link: { title: string; text: string; messageUrl: string; picUrl: string };
  action_card: { title: string; markdown: string; upright: boolean; buttons: ActionButton[] };
}

export function emptyModels(): Models {
  return {
    text: { text: '' },
    post: { zh_cn: emptyVersion() },
    image: { image_key: '' },
    share_chat: { share_chat_id: '' },
    interactive: { json: JSON.stringify(kTemplates.notice, null, 2) },
    oa: {
      message_url: '',
      head: '',
      colour: 'FFBBBBBB',
      title: '',
      form: [],
      content: '',
      author: '',
    },
    markdown: { title: '', text: '' },
    link: { title: '', text: '', messageUrl: '', picUrl: '' },
    action_card: {
      title: '',
      markdown: '',
      upright: false,
      buttons: [{ title: '', action_url: '' }],
    },
  };
}

// Nobody has written anything yet.
export function isBlank(type: MsgType, models: Models): boolean {
  if (type === 'interactive') return models.interactive.json.trim() === '';
  return JSON.stringify(models[type]) === JSON.stringify(emptyModels()[type]);
}

export interface FieldProblem {
  field: string;
  kind: 'required' | 'url' | 'too_long' | 'card' | 'post';
  max?: number;
}

const isUrl = (text: string) => /^(https?|dingtalk|lark|feishu):\/\/\S+$/u.test(text);

// In the words of the type's own fields; empty: it can be sent.
export function problemsOf<T extends MsgType>(type: T, model: Models[T]): FieldProblem[] {
  const out: FieldProblem[] = [];
  const required = (field: string, value: string, max?: number) => {
    if (value.trim() === '') out.push({ field, kind: 'required' });
    else if (max !== undefined && [...value].length > max)
      out.push({ field, kind: 'too_long', max });
  };
  const url = (field: string, value: string) => {
    if (value.trim() === '') out.push({ field, kind: 'required' });
    else if (!isUrl(value)) out.push({ field, kind: 'url' });
  };
  const m = model as Models[MsgType];
  switch (type) {
    case 'text':
      required('text', (m as Models['text']).text);
      break;
    case 'post':
      if (postProblems(m as Post).length > 0) out.push({ field: 'post', kind: 'post' });
      break;
    case 'image':
      required('image_key', (m as Models['image']).image_key);
      break;
    case 'share_chat':
      required('share_chat_id', (m as Models['share_chat']).share_chat_id);
      break;
    case 'interactive':
      if (!checkCard((m as Models['interactive']).json).ok)
        out.push({ field: 'json', kind: 'card' });
      break;
    case 'oa': {
      const oa = m as Models['oa'];
      url('message_url', oa.message_url);
      required('head', oa.head);
      if ([...oa.title].length > 64) out.push({ field: 'title', kind: 'too_long', max: 64 });
      break;
    }
    case 'markdown': {
      const markdown = m as Models['markdown'];
      required('title', markdown.title, 64);
      required('text', markdown.text, 5000);
      break;
    }
    case 'link': {
      const link = m as Models['link'];
      required('title', link.title);
      required('text', link.text);
      url('messageUrl', link.messageUrl);
      required('picUrl', link.picUrl);
      break;
    }
    case 'action_card': {
      const card = m as Models['action_card'];
      required('title', card.title, 64);
      required('markdown', card.markdown, 5000);
      card.buttons.forEach((button, index) => {
        required(`buttons.${index}.title`, button.title, 20);
        url(`buttons.${index}.action_url`, button.action_url);
      });
      break;
    }
  }
  return out;
}

// As the inbox will show it. Only of a model without problems is this what the server takes.
export function contentOf<T extends MsgType>(type: T, model: Models[T]): Record<string, unknown> {
  const m = model as Models[MsgType];
  switch (type) {
    case 'post':
      return postContent(m as Post);
    case 'interactive': {
      const checked = checkCard((m as Models['interactive']).json);
      return checked.ok ? checked.card : {};
    }
    case 'oa': {
      const oa = m as Models['oa'];
      const pairs = oa.form.filter((pair) => pair.key !== '' || pair.value !== '');
      return {
        message_url: oa.message_url,
        head: { bgcolor: oa.colour, text: oa.head },
        body: {
          ...(oa.title && { title: oa.title }),
          ...(pairs.length > 0 && { form: pairs }),
          ...(oa.content && { content: oa.content }),
          ...(oa.author && { author: oa.author }),
        },
      };
    }
    case 'action_card': {
      const card = m as Models['action_card'];
      const [only] = card.buttons;
      return {
        title: card.title,
        markdown: card.markdown,
        ...(card.buttons.length === 1
          ? { single_title: only!.title, single_url: only!.action_url }
          : { btn_orientation: card.upright ? '0' : '1', btn_json_list: card.buttons }),
      };
    }
    default:
      return { ...(m as object) };
  }
}

// A message that was sent, back in the editor; null: of a type, or a shape, that it does not write.
export function modelOf(
  type: string,
  content: Record<string, unknown>,
): { type: MsgType; model: Models[MsgType] } | null {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const object = (value: unknown) =>
    (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  switch (type) {
    case 'text':
      return { type, model: { text: text(content.text ?? content.content) } };
    case 'post': {
      const versions = object(content.post ?? content);
      return { type, model: versions as Post };
    }
    case 'image':
      return content.image_key ? { type, model: { image_key: text(content.image_key) } } : null;
    case 'share_chat':
      return { type, model: { share_chat_id: text(content.share_chat_id) } };
    case 'interactive':
      return { type, model: { json: JSON.stringify(content, null, 2) } };
    case 'oa': {
      const [head, body] = [object(content.head), object(content.body)];
      return {
        type,
        model: {
          message_url: text(content.message_url),
          head: text(head.text),
          colour: text(head.bgcolor) || 'FFBBBBBB',
          title: text(body.title),
          form: Array.isArray(body.form) ? (body.form as Pair[]) : [],
          content: text(body.content),
          author: text(body.author),
        },
      };
    }
    case 'markdown':
      return { type, model: { title: text(content.title), text: text(content.text) } };
    case 'link':
      return {
        type,
        model: {
          title: text(content.title),
          text: text(content.text),
          messageUrl: text(content.messageUrl),
          picUrl: text(content.picUrl),
        },
      };
    case 'action_card':
      return {
        type,
        model: {
          title: text(content.title),
          markdown: text(content.markdown),
          upright: content.btn_orientation === '0',
          buttons: Array.isArray(content.btn_json_list)
            ? (content.btn_json_list as ActionButton[])
            : [{ title: text(content.single_title), action_url: text(content.single_url) }],
        },
      };
    default:
      return null;
  }
}
