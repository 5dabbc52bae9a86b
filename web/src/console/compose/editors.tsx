// One editor for each type of message. Each changes its model and says what is still missing.

import { Button, Checkbox, Input } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { lazy, Suspense, useRef, type ReactNode } from 'react';

import { useText } from '@/shared/i18n';

import { check as checkCard, kTemplates, type TemplateName } from '../logic/card';
import type { FieldProblem, Models, MsgType, Pair } from '../logic/message';
import { Field } from '../parts/field';
import { Waiting } from '../parts/waiting';
import { ImageKey } from './image_key';
import { MentionButton } from './mention';

const PostEditor = lazy(() => import('./post_editor'));

interface EditorProps<T extends MsgType> {
  model: Models[T];
  onChange: (model: Models[T]) => void;
  problems: FieldProblem[];
  appId: string;
  tenantKey: string;
}

export function Editor(props: {
  type: MsgType;
  models: Models;
  onChange: (model: Models[MsgType]) => void;
  problems: FieldProblem[];
  appId: string;
  tenantKey: string;
}) {
  const { type, models, ...rest } = props;
  switch (type) {
    case 'text':
      return <TextEditor {...rest} model={models.text} />;
    case 'post':
      return (
        <Suspense fallback={<Waiting />}>
          <PostEditor
            post={models.post}
            onChange={rest.onChange}
            appId={rest.appId}
            tenantKey={rest.tenantKey}
          />
        </Suspense>
      );
    case 'image':
      return (
        <ImageKey
          value={models.image.image_key}
          appId={rest.appId}
          tenantKey={rest.tenantKey}
          onChange={(image_key) => rest.onChange({ image_key })}
        />
      );
    case 'share_chat':
      return <Plain {...rest} type={type} model={models.share_chat} fields={['share_chat_id']} />;
    case 'interactive':
      return <CardEditor {...rest} model={models.interactive} />;
    case 'oa':
      return <OaEditor {...rest} model={models.oa} />;
    case 'markdown':
      return (
        <Plain
          {...rest}
          type={type}
          model={models.markdown}
          fields={['title', 'text']}
          long={['text']}
        />
      );
    case 'link':
      return (
        <Plain
          {...rest}
          type={type}
          model={models.link}
          fields={['title', 'text', 'messageUrl', 'picUrl']}
          long={['text']}
        />
      );
    case 'action_card':
      return <ActionCardEditor {...rest} model={models.action_card} />;
  }
}

// What is wrong is said once something was written, not of a field that nobody came to yet.
function useProblem(problems: FieldProblem[]) {
  const t = useText();
  return (field: string, value: string): ReactNode => {
    const found = problems.find((problem) => problem.field === field);
    if (!found || (found.kind === 'required' && value === '')) return undefined;
    return t(`compose.wrong_${found.kind}`, { max: found.max });
  };
}

function Plain<T extends 'share_chat' | 'markdown' | 'link'>(
  props: EditorProps<T> & { type: T; fields: string[]; long?: string[] },
) {
  const t = useText();
  const problem = useProblem(props.problems);
  const values = props.model as unknown as Record<string, string>;
  return (
    <>
      {props.fields.map((field) => (
        <Field
          key={field}
          label={t(`field.${field}`)}
          error={problem(field, values[field] ?? '')}
          hint={field === 'share_chat_id' ? t('field.share_chat_hint') : undefined}
        >
          {(control) => {
            const given = {
              ...control,
              value: values[field],
              onChange: (event: { target: { value: string } }) =>
                props.onChange({ ...values, [field]: event.target.value } as unknown as Models[T]),
            };
            return props.long?.includes(field) ? (
              <Input.TextArea rows={6} {...given} />
            ) : (
              <Input {...given} />
            );
          }}
        </Field>
      ))}
    </>
  );
}

function TextEditor({ model, onChange, tenantKey }: EditorProps<'text'>) {
  const t = useText();
  const area = useRef<TextAreaRef>(null);
  const insert = (text: string) => {
    const field = area.current?.resizableTextArea?.textArea;
    const at = field?.selectionStart ?? model.text.length;
    const end = field?.selectionEnd ?? at;
    onChange({ text: model.text.slice(0, at) + text + model.text.slice(end) });
    requestAnimationFrame(() => {
      field?.focus();
      field?.setSelectionRange(at + text.length, at + text.length);
    });
  };
  return (
    <>
      <Field label={t('field.text')}>
        {(control) => (
          <Input.TextArea
            {...control}
            ref={area}
            rows={8}
            value={model.text}
            onChange={(event) => onChange({ text: event.target.value })}
          />
        )}
      </Field>
      <div className="buttons">
        <MentionButton
          tenantKey={tenantKey}
          onMention={(id, name) => insert(`<at user_id="${id}">${name}</at>`)}
        />
      </div>
    </>
  );
}

function CardEditor({ model, onChange }: EditorProps<'interactive'>) {
  const t = useText();
  const checked = checkCard(model.json);
  const error = checked.ok ? undefined : t(`compose.card_${checked.problem}`, { ...checked });
  const format = () => {
    if (checked.ok) onChange({ json: JSON.stringify(checked.card, null, 2) });
  };
  return (
    <>
      <div className="buttons" role="group" aria-label={t('compose.templates')}>
        <span className="quiet">{t('compose.templates')}</span>
        {(Object.keys(kTemplates) as TemplateName[]).map((name) => (
          <Button
            key={name}
            size="small"
            onClick={() => onChange({ json: JSON.stringify(kTemplates[name], null, 2) })}
          >
            {t(`compose.template_${name}`)}
          </Button>
        ))}
        <div className="spring" />
        <Button size="small" onClick={format} disabled={!checked.ok}>
          {t('compose.format')}
        </Button>
      </div>
      <Field label={t('field.json')} error={error} hint={t('compose.card_hint')}>
        {(control) => (
          <Input.TextArea
            {...control}
            className="mono"
            spellCheck={false}
            rows={18}
            value={model.json}
            onChange={(event) => onChange({ json: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function OaEditor({ model, onChange, problems }: EditorProps<'oa'>) {
  const t = useText();
  const problem = useProblem(problems);
  const set = (change: Partial<Models['oa']>) => onChange({ ...model, ...change });
  const line = (field: 'head' | 'message_url' | 'title' | 'author') => (
    <Field label={t(`field.oa_${field}`)} error={problem(field, model[field])}>
      {(control) => (
        <Input
          {...control}
          value={model[field]}
          onChange={(event) => set({ [field]: event.target.value })}
        />
      )}
    </Field>
  );
  const setPair = (index: number, change: Partial<Pair>) =>
    set({ form: model.form.map((pair, at) => (at === index ? { ...pair, ...change } : pair)) });
  return (
    <>
      {line('head')}
      {line('message_url')}
      {line('title')}
      <fieldset className="group">
        <legend>{t('field.oa_form')}</legend>
        {model.form.map((pair, index) => (
          <div className="pair" key={index}>
            <Input
              aria-label={t('field.pair_key')}
              placeholder={t('field.pair_key')}
              value={pair.key}
              onChange={(event) => setPair(index, { key: event.target.value })}
            />
            <Input
              aria-label={t('field.pair_value')}
              placeholder={t('field.pair_value')}
              value={pair.value}
              onChange={(event) => setPair(index, { value: event.target.value })}
            />
            <Button onClick={() => set({ form: model.form.filter((_, at) => at !== index) })}>
              {t('common.remove')}
            </Button>
          </div>
        ))}
        <Button
          size="small"
          disabled={model.form.length >= 6}
          onClick={() => set({ form: [...model.form, { key: '', value: '' }] })}
        >
          {t('compose.add_line')}
        </Button>
      </fieldset>
      <Field label={t('field.oa_content')} error={problem('content', model.content)}>
        {(control) => (
          <Input.TextArea
            {...control}
            rows={4}
            value={model.content}
            onChange={(event) => set({ content: event.target.value })}
          />
        )}
      </Field>
      {line('author')}
    </>
  );
}

function ActionCardEditor({ model, onChange, problems }: EditorProps<'action_card'>) {
  const t = useText();
  const problem = useProblem(problems);
  const set = (change: Partial<Models['action_card']>) => onChange({ ...model, ...change });
  const setButton = (index: number, change: Partial<Models['action_card']['buttons'][number]>) =>
    set({
      buttons: model.buttons.map((button, at) =>
        at === index ? { ...button, ...change } : button,
      ),
    });
  return (
    <>
      <Field label={t('field.title')} error={problem('title', model.title)}>
        {(control) => (
          <Input
            {...control}
            value={model.title}
            onChange={(event) => set({ title: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('field.markdown')} error={problem('markdown', model.markdown)}>
        {(control) => (
          <Input.TextArea
            {...control}
            rows={6}
            value={model.markdown}
            onChange={(event) => set({ markdown: event.target.value })}
          />
        )}
      </Field>
      {model.buttons.map((button, index) => (
        <fieldset className="group" key={index}>
          <legend>{t('field.button', { n: index + 1 })}</legend>
          <Field
            label={t('field.button_title')}
            error={problem(`buttons.${index}.title`, button.title)}
          >
            {(control) => (
              <Input
                {...control}
                value={button.title}
                onChange={(event) => setButton(index, { title: event.target.value })}
              />
            )}
          </Field>
          <Field
            label={t('field.button_url')}
            error={problem(`buttons.${index}.action_url`, button.action_url)}
          >
            {(control) => (
              <Input
                {...control}
                value={button.action_url}
                onChange={(event) => setButton(index, { action_url: event.target.value })}
              />
            )}
          </Field>
          {model.buttons.length > 1 && (
            <Button
              size="small"
              onClick={() => set({ buttons: model.buttons.filter((_, at) => at !== index) })}
            >
              {t('common.remove')}
            </Button>
          )}
        </fieldset>
      ))}
      <div className="buttons">
        <Button
          size="small"
          disabled={model.buttons.length >= 5}
          onClick={() => set({ buttons: [...model.buttons, { title: '', action_url: '' }] })}
        >
          {t('compose.add_button')}
        </Button>
        {model.buttons.length > 1 && (
          <Checkbox
            checked={model.upright}
            onChange={(event) => set({ upright: event.target.checked })}
          >
            {t('compose.upright')}
          </Checkbox>
        )}
      </div>
    </>
  );
}
