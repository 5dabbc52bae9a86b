// The rights that the server knows (src/dialect/feishu/scopes.h); others may be granted by name.

export const kScopes = {
  messages: [
    'im:message',
    'im:message:send_as_bot',
    'im:message:send_multi_users',
    'im:message:send_multi_depts',
    'im:message:send',
    'im:message:readonly',
    'im:message:recall',
  ],
  resources: ['im:resource', 'im:resource:upload', 'im:chat', 'im:chat:create', 'im:chat:readonly'],
  directory: [
    'contact:contact',
    'contact:contact:readonly',
    'contact:contact:readonly_as_app',
    'contact:contact:access_as_app',
    'contact:contact.base:readonly',
    'contact:user.id:readonly',
    'contact:user.employee_id:readonly',
  ],
} as const;
export const kScopeGroups = Object.keys(kScopes) as (keyof typeof kScopes)[];

// What a new app needs to send to people and departments.
export const kCommonScopes = [
  'im:message',
  'im:message:send_as_bot',
  'im:message:send_multi_users',
  'im:message:send_multi_depts',
] as const;
