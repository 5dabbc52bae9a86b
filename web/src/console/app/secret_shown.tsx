// A secret, shown this once: it is kept nowhere on this page, and cannot be asked for again.

import { Alert, App, Button, Modal } from 'antd';

import { useText } from '@/shared/i18n';

import { Facts } from '../parts/page';

export function SecretShown(props: {
  title: string;
  appId: string;
  secret: string;
  close: () => void;
}) {
  const t = useText();
  const { message } = App.useApp();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.secret);
      void message.success(t('app.copied'));
    } catch {
      void message.warning(t('app.not_copied')); // no secure context: it can be selected
    }
  };
  return (
    <Modal
      open
      title={props.title}
      maskClosable={false}
      onCancel={props.close}
      transitionName=""
      maskTransitionName=""
      footer={
        <>
          <Button onClick={() => void copy()}>{t('app.copy')}</Button>
          <Button type="primary" onClick={props.close}>
            {t('app.have_it')}
          </Button>
        </>
      }
    >
      <Alert type="warning" showIcon message={t('app.shown_once')} />
      <Facts
        of={[
          [t('app.id'), <span className="mono break">{props.appId}</span>],
          [t('app.secret'), <code className="secret break">{props.secret}</code>],
        ]}
      />
    </Modal>
  );
}
