export { leadStatsOf, pendingLeadBadge, pendingLeadCount } from './agent-stats.ts';
export { decideLead } from './decide.ts';
export { listLeadTypes } from './lead-types.ts';
export { reopenLead } from './reopen.ts';
export { type Report, reportLeads } from './report.ts';
export { resubmitLead } from './resubmit.ts';
