// A message as its recipient will see it: drawn by what draws the inbox, in either language.

import { Segmented } from 'antd';
import { useState } from 'react';

import { Message } from '@/content';
import { LANGUAGES, useLanguage, useText, type Language } from '@/shared/i18n';

export function MessagePreview(props: {
  msgType: string;
  content: Record<string, unknown>;
  imageUrl?: (key: string) => string | undefined;
}) {
  const t = useText();
  const own = useLanguage();
  const [language, setLanguage] = useState<Language>(own);
  return (
    <>
      <Segmented
        size="small"
        className="preview-language"
        aria-label={t('preview.language')}
        value={language}
        onChange={setLanguage}
        options={Object.entries(LANGUAGES).map(([value, label]) => ({
          value: value as Language,
          label,
        }))}
      />
      <div className="preview" lang={language}>
        <Message
          msg_type={props.msgType}
          content={props.content}
          locale={language}
          imageUrl={props.imageUrl}
        />
      </div>
    </>
  );
}
