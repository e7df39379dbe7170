/** The people the demo issuer knows. Their ids are what the product's demo data names as members. */

export interface User {
  sub: string;
  email: string;
  name: string;
}

export const users: readonly User[] = [
  { sub: 'user-acme-owner', email: 'owner@acme.test', name: 'Olivia Owner' },
  { sub: 'user-acme-admin', email: 'admin@acme.test', name: 'Adam Admin' },
  { sub: 'user-acme-editor', email: 'editor@acme.test', name: 'Edda Editor' },
  { sub: 'user-acme-member', email: 'member@acme.test', name: 'Milo Member' },
  { sub: 'user-globex-owner', email: 'owner@globex.test', name: 'Gloria Owner' },
];

export const userByEmail = (email: string): User | undefined =>
  users.find((user) => user.email === email.toLowerCase());
export const userBySub = (sub: string): User | undefined => users.find((user) => user.sub === sub);
