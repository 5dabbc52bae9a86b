// Writes a rich post: a version for each language, paragraphs of elements.

import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from '@ant-design/icons';
import { Button, Input, Tabs } from 'antd';
import { useState } from 'react';

import { useText } from '@/shared/i18n';

import {
  alone,
  emptyVersion,
  insert,
  kLocales,
  moveParagraph,
  problems,
  removeElement,
  replace,
  type Element,
  type Locale,
  type Post,
  type Version,
} from '../logic/post';
import { Field } from '../parts/field';
import { ImageKey } from './image_key';
import { MentionButton } from './mention';

export default function PostEditor(props: {
  post: Post;
  onChange: (post: Post) => void;
  appId: string;
  tenantKey: string;
}) {
  const t = useText();
  const { post, onChange } = props;
  const given = kLocales.filter((locale) => post[locale]);
  const missing = kLocales.filter((locale) => !post[locale]);
  const [chosen, setChosen] = useState<Locale | undefined>(given[0]);
  const shown = chosen && post[chosen] ? chosen : given[0];
  const wrong = problems(post);
  const drop = (locale: Locale) => {
    const next = { ...post };
    delete next[locale];
    onChange(next);
  };
  return (
    <>
      <div className="buttons">
        <label className="choice">
          <span>{t('compose.add_locale')}</span>
          <select
            className="select"
            value=""
            onChange={(event) => {
              const locale = event.target.value as Locale;
              if (!kLocales.includes(locale)) return;
              onChange({ ...post, [locale]: emptyVersion() });
              setChosen(locale);
            }}
          >
            <option value="">{t('compose.choose')}</option>
            {missing.map((locale) => (
              <option key={locale} value={locale}>
                {t(`locale.${locale}`)}
              </option>
            ))}
          </select>
        </label>
        {shown && given.length > 1 && (
          <Button size="small" onClick={() => drop(shown)}>
            {t('compose.drop_locale', { locale: t(`locale.${shown}`) })}
          </Button>
        )}
      </div>
      <Tabs
        size="small"
        animated={false}
        destroyOnHidden
        activeKey={shown}
        onChange={(key) => setChosen(key as Locale)}
        items={given.map((locale) => ({
          key: locale,
          label: t(`locale.${locale}`),
          children: (
            <VersionEditor
              version={post[locale]!}
              appId={props.appId}
              tenantKey={props.tenantKey}
              problems={wrong.filter((one) => one.kind === 'field' && one.locale === locale).length}
              onChange={(version) => onChange({ ...post, [locale]: version })}
            />
          ),
        }))}
      />
    </>
  );
}

const kFresh: Record<'text' | 'a' | 'img' | 'emotion', Element> = {
  text: { tag: 'text', text: '' },
  a: { tag: 'a', text: '', href: '' },
  img: { tag: 'img', image_key: '' },
  emotion: { tag: 'emotion', emoji_type: 'SMILE' },
};

function VersionEditor(props: {
  version: Version;
  appId: string;
  tenantKey: string;
  problems: number;
  onChange: (version: Version) => void;
}) {
  const t = useText();
  const { version, onChange } = props;
  return (
    <>
      <Field label={t('field.title')}>
        {(control) => (
          <Input
            {...control}
            value={version.title}
            onChange={(event) => onChange({ ...version, title: event.target.value })}
          />
        )}
      </Field>
      {version.content.map((line, at) => {
        const isAlone = line.some((element) => alone(element.tag));
        return (
          <fieldset className="group" key={at}>
            <legend>{t('compose.paragraph', { n: at + 1 })}</legend>
            {line.map((element, index) => (
              <ElementEditor
                key={index}
                element={element}
                appId={props.appId}
                tenantKey={props.tenantKey}
                onChange={(changed) => onChange(replace(version, at, index, changed))}
                onRemove={() => onChange(removeElement(version, at, index))}
              />
            ))}
            <div className="buttons">
              {!isAlone && (
                <>
                  {(['text', 'a', 'emotion'] as const).map((tag) => (
                    <Button
                      key={tag}
                      size="small"
                      onClick={() => onChange(insert(version, at, kFresh[tag]))}
                    >
                      {t(`compose.add_${tag}`)}
                    </Button>
                  ))}
                  <MentionButton
                    tenantKey={props.tenantKey}
                    onMention={(user_id, user_name) =>
                      onChange(insert(version, at, { tag: 'at', user_id, user_name }))
                    }
                  />
                </>
              )}
              <div className="spring" />
              <Button
                size="small"
                icon={<ArrowUpOutlined />}
                aria-label={t('compose.up')}
                disabled={at === 0}
                onClick={() => onChange(moveParagraph(version, at, at - 1))}
              />
              <Button
                size="small"
                icon={<ArrowDownOutlined />}
                aria-label={t('compose.down')}
                disabled={at === version.content.length - 1}
                onClick={() => onChange(moveParagraph(version, at, at + 1))}
              />
            </div>
          </fieldset>
        );
      })}
      <div className="buttons">
        <Button
          size="small"
          onClick={() =>
            onChange({ ...version, content: [...version.content, [{ tag: 'text', text: '' }]] })
          }
        >
          {t('compose.add_paragraph')}
        </Button>
        <Button
          size="small"
          onClick={() => onChange(insert(version, version.content.length, kFresh.img))}
        >
          {t('compose.add_img')}
        </Button>
      </div>
      {props.problems > 0 && (
        <p className="field-error" role="status">
          {t('compose.post_problems', { count: props.problems })}
        </p>
      )}
    </>
  );
}

function ElementEditor(props: {
  element: Element;
  appId: string;
  tenantKey: string;
  onChange: (element: Element) => void;
  onRemove: () => void;
}) {
  const t = useText();
  const { element, onChange } = props;
  const input = (field: string, value: string, set: (value: string) => Element) => (
    <Input
      aria-label={t(`field.${field}`)}
      placeholder={t(`field.${field}`)}
      value={value}
      onChange={(event) => onChange(set(event.target.value))}
    />
  );
  return (
    <div className="pair">
      <span className="pair-tag">{t(`tag.${element.tag}`)}</span>
      {element.tag === 'text' && (
        <Input.TextArea
          aria-label={t('field.text')}
          rows={2}
          value={element.text}
          onChange={(event) => onChange({ ...element, text: event.target.value })}
        />
      )}
      {element.tag === 'a' && (
        <>
          {input('link_text', element.text, (text) => ({ ...element, text }))}
          {input('href', element.href, (href) => ({ ...element, href }))}
        </>
      )}
      {element.tag === 'at' && (
        <span className="grow">@{element.user_name || element.user_id}</span>
      )}
      {element.tag === 'emotion' &&
        input('emoji_type', element.emoji_type, (emoji_type) => ({ ...element, emoji_type }))}
      {element.tag === 'media' &&
        input('file_key', element.file_key, (file_key) => ({ ...element, file_key }))}
      {element.tag === 'img' && (
        <div className="grow">
          <ImageKey
            value={element.image_key}
            appId={props.appId}
            tenantKey={props.tenantKey}
            onChange={(image_key) => onChange({ ...element, image_key })}
          />
        </div>
      )}
      <Button
        icon={<DeleteOutlined />}
        aria-label={t('compose.drop_element', { tag: t(`tag.${element.tag}`) })}
        onClick={props.onRemove}
      />
    </div>
  );
}
