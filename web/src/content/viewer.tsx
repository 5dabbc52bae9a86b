// One picture over the whole window. A modal <dialog>: the browser keeps the focus inside, closes
// it by Escape and gives the focus back to what opened it.
import { useContext, useEffect, useRef, type ReactNode } from 'react';

import type { Picture } from './model';
import { SurroundingsContext } from './surroundings';

export function Viewer(props: {
  pictures: readonly Picture[];
  shown: string;
  show: (key: string) => void;
  close: () => void;
}): ReactNode {
  const { t, imageUrl } = useContext(SurroundingsContext);
  const dialog = useRef<HTMLDialogElement>(null);
  const { close } = props;
  useEffect(() => {
    const element = dialog.current;
    if (!element) return undefined;
    const opener = document.activeElement;
    element.addEventListener('close', close);
    if (!element.open) element.showModal?.();
    return () => {
      element.removeEventListener('close', close);
      element.close?.();
      if (opener instanceof HTMLElement && opener.isConnected)
        opener.focus({ preventScroll: true });
    };
  }, [close]);

  const at = Math.max(
    0,
    props.pictures.findIndex((picture) => picture.key === props.shown),
  );
  const picture = props.pictures[at];
  if (!picture || picture.key === null) return null;
  const go = (step: number): void => {
    const key = props.pictures[at + step]?.key;
    if (key) props.show(key);
  };
  return (
    <dialog
      ref={dialog}
      className="c-viewer"
      aria-label={t('viewer')}
      onClick={(event) => {
        if (event.target === event.currentTarget) close();
      }}
      onKeyDown={(event) => {
        if (event.key === 'ArrowRight') go(1);
        if (event.key === 'ArrowLeft') go(-1);
      }}
    >
      <img src={imageUrl(picture.key)} alt={picture.alt || t('picture')} />
      <div className="c-viewer-bar">
        {props.pictures.length > 1 && (
          <>
            <Step label={t('viewer_previous')} sign="‹" enabled={at > 0} go={() => go(-1)} />
            <span aria-live="polite">
              {at + 1} / {props.pictures.length}
            </span>
            <Step
              label={t('viewer_next')}
              sign="›"
              enabled={at + 1 < props.pictures.length}
              go={() => go(1)}
            />
          </>
        )}
        <button type="button" onClick={close} autoFocus>
          {t('viewer_close')}
        </button>
      </div>
    </dialog>
  );
}

// Kept focusable at the ends: a button that goes away under the finger takes the focus with it.
function Step(props: { label: string; sign: string; enabled: boolean; go: () => void }): ReactNode {
  return (
    <button
      type="button"
      aria-label={props.label}
      aria-disabled={!props.enabled}
      onClick={props.go}
    >
      {props.sign}
    </button>
  );
}
