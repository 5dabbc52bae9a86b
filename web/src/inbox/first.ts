// Before the first paint: the colours that this person chose.

import { applyTheme } from '@/shared/theme/apply';

applyTheme();
