// What the server refused, in words, with what a report about it needs.

import { Alert, Button } from 'antd';
import i18next from 'i18next';

import { Problem, Unreachable } from '@/shared/api/client';
import { useText } from '@/shared/i18n';

// A sentence of ours for what is expected to happen, the server's own words for the rest.
export function words(error: unknown): string {
  if (error instanceof Unreachable) return i18next.t('problem.unreachable');
  if (error instanceof Problem) {
    const key = `problem.${error.code.replaceAll('-', '_')}`;
    if (i18next.exists(key)) return i18next.t(key, { detail: error.message });
    return error.message;
  }
  return error instanceof Error ? error.message : String(error);
}

export function ProblemAlert({ error, retry }: { error: unknown; retry?: () => unknown }) {
  const t = useText();
  const problem = error instanceof Problem ? error : null;
  const lines = problem?.problems.filter((line) => line !== problem.message) ?? [];
  const detail = problem && problem.message !== words(error) ? problem.message : null;
  return (
    <Alert
      className="problem"
      type="error"
      showIcon
      role="alert"
      message={words(error)}
      description={
        problem && (
          <>
            {detail && <div>{detail}</div>}
            {lines.length > 0 && (
              <ul className="problem-list">
                {lines.slice(0, 20).map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            )}
            {problem.requestId && (
              <div className="quiet">
                {t('problem.request')} <code>{problem.requestId}</code>
              </div>
            )}
          </>
        )
      }
      action={
        retry && (
          <Button size="small" onClick={() => void retry()}>
            {t('common.retry')}
          </Button>
        )
      }
    />
  );
}
