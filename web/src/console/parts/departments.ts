// Branches of a tenant's directory, as the tree asks for them.

import { useCallback } from 'react';

import { call } from '@/shared/api/client';

import type { Department } from '../api/types';
import type { Load } from './tree_view';

export interface DepartmentNode {
  id: string;
  name: string;
  has_children: boolean;
  members: number;
}

export const toNode = (one: Department): DepartmentNode => ({
  id: one.department_id,
  name: one.name,
  has_children: one.has_children,
  members: one.members,
});

export function useDepartments(tenantKey: string): Load<DepartmentNode> {
  return useCallback(
    async (parent, cursor, signal) => {
      const page = await call('get', '/api/v1/tenants/{tenant_key}/departments', {
        path: { tenant_key: tenantKey },
        query: { parent, cursor, limit: 100 },
        signal,
      });
      return { nodes: page.departments.map(toNode), next: page.next };
    },
    [tenantKey],
  );
}
