import './nonce';

import '@/shared/theme/tokens.css';
import './styles.css';

import { createRoot } from 'react-dom/client';

import { startLanguages } from '@/shared/i18n';
import { startTheme } from '@/shared/theme/theme';

import { Console } from './console';
import { en } from './i18n/en';
import { zh } from './i18n/zh';

startTheme();
startLanguages({ en, 'zh-CN': zh });
createRoot(document.getElementById('root')!).render(<Console />);
