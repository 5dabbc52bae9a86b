// What the page around a message knows and the parts of it ask for.
import { createContext } from 'react';

import { translatorFor, type Translate } from './texts';

export interface Surroundings {
  t: Translate;
  /** Where our own server has a picture; undefined: it cannot be shown here. */
  imageUrl: (key: string) => string | undefined;
  /** The same for a file or a voice message. */
  fileUrl: (id: string) => string | undefined;
  /** Ids under which the reader may be mentioned. */
  readerIds: ReadonlySet<string>;
  openPicture: (key: string) => void;
}

export const SurroundingsContext = createContext<Surroundings>({
  t: translatorFor('en'),
  imageUrl: () => undefined,
  fileUrl: () => undefined,
  readerIds: new Set(),
  openPicture: () => undefined,
});
