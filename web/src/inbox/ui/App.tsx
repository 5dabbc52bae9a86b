import { useCallback, useEffect, useState } from 'react';

import { findVisitor, forgetPerson, type Visitor } from '../model/sign_in';
import { InboxPage } from './InboxPage';
import { SignedOut } from './SignedOut';
import { Skeleton } from './Skeleton';

export function App() {
  const [visitor, setVisitor] = useState<Visitor>({ who: 'starting' });

  const look = useCallback(() => void findVisitor().then(setVisitor), []);
  useEffect(look, [look]);

  const gone = useCallback((oidc = false) => {
    void forgetPerson('kept').then(look);
    setVisitor({ who: 'nobody', why: 'over', oidc });
  }, [look]);

  if (visitor.who === 'starting') return <Skeleton />;
  if (visitor.who === 'person') {
    return <InboxPage key={visitor.person.user_id} person={visitor.person} onGone={gone} />;
  }
  return <SignedOut why={visitor.why} oidc={visitor.oidc} onTryAgain={look} />;
}
