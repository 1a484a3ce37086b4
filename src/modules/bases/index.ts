export { allowancesOf } from './allowance.ts';
export { grantLimit } from './grants.ts';
export { contactHeldBy, contactsHeldBy, markReported, unmarkReported } from './held.ts';
export { type Issuance, issueContacts } from './issue.ts';
export { baseLevels } from './levels.ts';
export { declineRequestsOf } from './limit-requests.ts';
export {
  agentContactStats,
  type BaseType,
  findBaseType,
  listBaseTypes,
  openLimitRequestBadge,
  openLimitRequestCount,
} from './queries.ts';
export { returnContacts } from './returns.ts';
export { Grant, type Lasts } from './schemas.ts';
