// The nonce that the server put into the page: style elements made at run time need it, as the
// Content-Security-Policy allows no others.
export const nonce =
  document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

// Ant Design gives the nonce to its own styles, but not to the one by which an open dialog keeps the
// page behind it from scrolling. That one passes through here.
const create = document.createElement.bind(document);
document.createElement = ((name: string, options?: ElementCreationOptions) => {
  const element = create(name, options);
  if (element instanceof HTMLStyleElement) element.nonce = nonce;
  return element;
}) as typeof document.createElement;
