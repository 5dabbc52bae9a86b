// Asks before something that cannot be taken back, and names what happens.

import { App, Modal } from 'antd';
import { useId, useState, type ReactNode } from 'react';

import { useText } from '@/shared/i18n';

import { ProblemAlert } from './problem';

export function Confirm(props: {
  open: boolean;
  title: string;
  children: ReactNode;
  yes: string;
  danger?: boolean;
  done?: string; // said when it has happened
  onYes: () => Promise<unknown>;
  onClose: () => void;
}) {
  const t = useText();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const described = useId();
  const close = () => {
    setError(null);
    props.onClose();
  };
  const yes = async () => {
    setBusy(true);
    setError(null);
    try {
      await props.onYes();
      if (props.done) void message.success(props.done);
      close();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open={props.open}
      title={props.title}
      okText={props.yes}
      cancelText={t('common.cancel')}
      okButtonProps={{ danger: props.danger, loading: busy }}
      onOk={() => void yes()}
      onCancel={close}
      destroyOnHidden
      transitionName=""
      maskTransitionName=""
    >
      <div id={described}>{props.children}</div>
      {error !== null && <ProblemAlert error={error} />}
    </Modal>
  );
}
