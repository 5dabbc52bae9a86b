// What an operator may do. Each role may do all that those before it may.

export const kRoles = ['viewer', 'sender', 'admin'] as const;
export type Role = (typeof kRoles)[number];

export function may(role: Role | null | undefined, needed: Role): boolean {
  return role != null && kRoles.indexOf(role) >= kRoles.indexOf(needed);
}
