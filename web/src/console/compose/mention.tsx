// A mention of a person, or of everybody.

import { Button, Popover } from 'antd';
import { useState } from 'react';

import { useText } from '@/shared/i18n';

import { PersonPicker } from '../parts/person_picker';

export function MentionButton(props: {
  tenantKey: string;
  onMention: (userId: string, name: string) => void;
}) {
  const t = useText();
  const [open, setOpen] = useState(false);
  const choose = (id: string, name: string) => {
    setOpen(false);
    props.onMention(id, name);
  };
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomLeft"
      destroyOnHidden
      content={
        <div
          className="mention"
          onKeyDown={(event) => {
            if (event.key === 'Escape') setOpen(false);
          }}
        >
          <Button size="small" onClick={() => choose('all', t('compose.everybody'))}>
            {t('compose.mention_all')}
          </Button>
          <PersonPicker
            tenantKey={props.tenantKey}
            label={t('compose.mention_who')}
            onPick={(user) => choose(user.user_id, user.name || user.user_id)}
          />
        </div>
      }
    >
      <Button size="small" aria-expanded={open}>
        {t('compose.mention')}
      </Button>
    </Popover>
  );
}
