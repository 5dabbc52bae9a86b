// A call that changes something: says when it went well, and asks anew for what it changed.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';

import { words } from './problem';

export function useAct<A, R>(
  act: (argument: A) => Promise<R>,
  options: { done?: string; changes?: readonly unknown[][]; quiet?: boolean } = {},
) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  return useMutation({
    mutationFn: act,
    onSuccess: () => {
      if (options.done) void message.success(options.done);
      return Promise.all(
        (options.changes ?? []).map((queryKey) => queries.invalidateQueries({ queryKey })),
      );
    },
    onError: (error) => {
      if (!options.quiet) void message.error(words(error), 6);
    },
  });
}
