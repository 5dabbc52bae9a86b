// A picture of our own server, which opens large; never one from elsewhere: loading it would tell
// a stranger who reads, and when.
import { useContext, useState, type ReactNode } from 'react';

import { Anchor } from './inlines';
import { hostOf } from './links';
import type { Picture } from './model';
import { SurroundingsContext } from './surroundings';

export function PictureView({
  picture,
  small = false,
}: {
  picture: Picture;
  small?: boolean;
}): ReactNode {
  const { t, imageUrl, openPicture } = useContext(SurroundingsContext);
  const { key, remote, alt } = picture;
  const url = key === null ? undefined : imageUrl(key);
  const [seen, setSeen] = useState<{ url?: string; state: 'shown' | 'failed' }>({ state: 'shown' });
  const state = seen.url === url ? seen.state : 'loading';
  if (key === null && remote !== null) {
    return (
      <Anchor href={remote} className="c-remote">
        {alt || t('picture_elsewhere', { host: hostOf(remote) })}
      </Anchor>
    );
  }
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
        onLoad={() => setSeen({ url, state: 'shown' })}
        onError={() => setSeen({ url, state: 'failed' })}
      />
    </button>
  );
}

/** A small picture in a line of text; nothing if it cannot be had. */
export function StillPicture({ picture }: { picture: Picture }): ReactNode {
  const { imageUrl } = useContext(SurroundingsContext);
  const [failed, setFailed] = useState(false);
  const url = picture.key === null ? undefined : imageUrl(picture.key);
  if (url === undefined || failed) return picture.alt;
  return <img className="c-still" src={url} alt={picture.alt} onError={() => setFailed(true)} />;
}
