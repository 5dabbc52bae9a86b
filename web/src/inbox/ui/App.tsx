import { useCallback, useEffect, useState } from 'react';

import { findVisitor, forgetPerson, onOtherPerson, type Visitor, type Why } from '../model/sign_in';
import { InboxPage } from './InboxPage';
import { SignedOut } from './SignedOut';
import { Skeleton } from './Skeleton';

export function App() {
  const [visitor, setVisitor] = useState<Visitor>({ who: 'starting' });

  const look = useCallback((why?: Why) => void findVisitor(why).then(setVisitor), []);
  useEffect(() => {
    look();
    // Somebody else signed in, or out, in another tab: the cookie is theirs now.
    return onOtherPerson(() => location.reload());
  }, [look]);

  const gone = useCallback(() => {
    setVisitor({ who: 'nobody', why: 'over', oidc: false });
    void forgetPerson('kept').then(() => look('over'));
  }, [look]);

  if (visitor.who === 'starting') return <Skeleton />;
  if (visitor.who === 'person') {
    return <InboxPage key={visitor.person.user_id} person={visitor.person} onGone={gone} />;
  }
  return <SignedOut why={visitor.why} oidc={visitor.oidc} onTryAgain={() => look()} />;
}
