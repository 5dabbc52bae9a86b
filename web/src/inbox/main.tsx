import { createRoot } from 'react-dom/client';

import { startLanguages } from '@/shared/i18n';
import { startTheme } from '@/shared/theme/theme';

import { texts } from './texts';
import { App } from './ui/App';
import '@/shared/theme/tokens.css';
import './inbox.css';

startTheme();
startLanguages(texts);
createRoot(document.getElementById('root')!).render(<App />);

if ('serviceWorker' in navigator && import.meta.env.PROD) {
  void navigator.serviceWorker.register('/inbox/sw.js', { scope: '/inbox' }).catch(() => {
    // no service worker here (plain http on another host): the inbox works, but not offline
  });
}
