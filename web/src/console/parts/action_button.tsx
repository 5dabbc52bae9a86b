// A button that somebody may not press says so, instead of being gone or silent: it keeps the focus,
// and its reason is read out.

import { Button, Tooltip, type ButtonProps } from 'antd';

import { useText } from '@/shared/i18n';

import type { Role } from '../logic/roles';
import { useMay } from '../session';

export function ActionButton({
  needs,
  reason,
  onClick,
  ...rest
}: Omit<ButtonProps, 'disabled'> & { needs?: Role; reason?: string | false | null }) {
  const t = useText();
  const allowed = useMay(needs ?? 'viewer');
  const why = allowed ? reason : t('role.needed', { role: t(`role.${needs}`) });
  if (!why) return <Button {...rest} onClick={onClick} />;
  return (
    <Tooltip title={why}>
      <Button {...rest} aria-disabled className="off" aria-description={why} onClick={undefined} />
    </Tooltip>
  );
}
