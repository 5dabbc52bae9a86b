// A labelled control with what helps to fill it in, and what is wrong with it.

import { useId, type ReactNode } from 'react';

interface Control {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
}

export function Field(props: {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  children: (control: Control) => ReactNode;
}) {
  const id = useId();
  const described = props.error || props.hint ? `${id}-hint` : undefined;
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      {props.children({
        id,
        ...(described && { 'aria-describedby': described }),
        ...(props.error ? { 'aria-invalid': true as const } : {}),
      })}
      {described && (
        <div id={described} className={props.error ? 'field-error' : 'field-hint'}>
          {props.error || props.hint}
        </div>
      )}
    </div>
  );
}
