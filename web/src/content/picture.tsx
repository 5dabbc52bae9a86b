// A picture of our own server, which opens large; never one from elsewhere: loading it would tell
// a stranger who reads, and when.
import { useContext, useState, type ReactNode } from 'react';

import { Anchor } from './inlines';
import { hostOf } from './links';
import type { Picture } from './model';
import { SurroundingsContext } from './surroundings';

export function PictureView({ picture, small = false }: { picture: Picture; small?: boolean }): ReactNode {
  const { t, imageUrl, openPicture } = useContext(SurroundingsContext);
  const [state, setState] = useState<'loading' | 'shown' | 'failed'>('loading');
  const { key, remote, alt } = picture;
  if (key === null && remote !== null) {
    return (
      <Anchor href={remote} className="c-remote">
        {alt || t('picture_elsewhere', { host: hostOf(remote) })}
      </Anchor>
    );
  }
  const url = key === null ? undefined : imageUrl(key);
  if (key === null || url === undefined || state === 'failed') {
    return (
      <span className={small ? 'c-missing c-small' : 'c-missing'}>
        {alt ? `${alt} · ${t('picture_missing')}` : t('picture_missing')}
      </span>
    );
  }
  return (
    <button
      type="button"
      className={`c-picture c-${state}${small ? ' c-small' : ''}`}
      aria-label={alt ? t('picture_named', { name: alt }) : t('picture_open')}
      onClick={() => openPicture(key)}
    >
      <img
        src={url}
        alt=""
        loading="lazy"
        decoding="async"
        draggable={false}
        width={picture.width}
        height={picture.height}
        onLoad={() => setState('shown')}
        onError={() => setState('failed')}
      />
    </button>
  );
}
