// The ids under which messages mention the person who reads.

import { createContext } from 'react';

export const ReaderIds = createContext<readonly string[]>([]);
