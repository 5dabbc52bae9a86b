// The nouns of /api/v1 under short names.

import type { Schemas } from '@/shared/api/client';

export type App = Schemas['App'];
export type AppPatch = Schemas['AppPatch'];
export type Batch = Schemas['Batch'];
export type Progress = Schemas['Progress'];
export type BatchState = Progress['state'];
export type BatchDepartment = Schemas['BatchDepartment'];
export type Reasons = Partial<Schemas['Reasons']>;
export type Recipient = Schemas['Recipient'];
export type RecipientState = Schemas['RecipientState'];
export type Department = Schemas['DirectoryDepartment'];
export type User = Schemas['DirectoryUser'];
export type AudienceAnswer = Schemas['AudienceAnswer'];
export type ReceiptPolicy = Schemas['ReceiptPolicy'];
export type ImportAnswer = Schemas['ImportAnswer'];
export type UploadedImage = Schemas['UploadedImage'];
export type AuditEntry = Schemas['Audit']['entries'][number];
export type Operator = Schemas['Operator'];
export type Tenant = Schemas['Tenants']['tenants'][number];

export const kBatchStates = [
  'accepted',
  'scheduled',
  'sending',
  'paused',
  'sent',
  'canceled',
  'recalling',
  'recalled',
] as const satisfies readonly BatchState[];
