export { type Allowance, allowancesOf, type Feeling } from './allowance.ts';
export { type Grant, type GrantInput, grantLimit } from './grants.ts';
export { contactHeldBy, contactsHeldBy, type Held, markReported, suppressedKeys, unmarkReported } from './held.ts';
export { type Issuance, issueContacts, shortageOf } from './issue.ts';
export { baseLevels, type Level } from './levels.ts';
export {
  agentContactStats,
  type BaseType,
  type ContactStats,
  findBaseType,
  listBaseTypes,
  openLimitRequestCount,
} from './queries.ts';
export { type Returned, type ReturnTarget, returnContacts } from './returns.ts';
export { Grant as GrantForm, type Lasts, lasts } from './schemas.ts';
