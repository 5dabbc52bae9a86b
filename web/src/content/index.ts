// The renderer of messages: what the pages use of it.
export { inboxFileUrl, inboxImageUrl, Message, type MessageProps } from './message';
export { summarize } from './summary';
export { contentTexts, type TextKey, type Translate } from './texts';
