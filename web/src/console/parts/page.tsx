// The frame of a page: its title, also the window's, what can be done with all of it, and the rest.

import { useEffect, type ReactNode } from 'react';

export function Page(props: {
  title: ReactNode;
  name?: string; // for the window's title, when `title` is more than text
  intro?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const name = props.name ?? (typeof props.title === 'string' ? props.title : '');
  useEffect(() => {
    document.title = name ? `${name} · Carillon` : 'Carillon';
  }, [name]);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{props.title}</h1>
        <div className="spring" />
        {props.actions && <div className="actions">{props.actions}</div>}
      </div>
      {props.intro && <p className="intro">{props.intro}</p>}
      {props.children}
    </div>
  );
}

export function Section(props: {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
  label?: string;
}) {
  return (
    <section className={`card ${props.className ?? ''}`} aria-label={props.label}>
      {(props.title || props.actions) && (
        <div className="card-head">
          {props.title && <h2>{props.title}</h2>}
          <div className="spring" />
          {props.actions}
        </div>
      )}
      {props.children}
    </section>
  );
}

export function Facts({ of }: { of: [label: ReactNode, value: ReactNode][] }) {
  return (
    <dl className="facts">
      {of.map(([label, value], index) => (
        <div key={index}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
