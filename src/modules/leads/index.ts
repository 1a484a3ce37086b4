export { type LeadStats, leadStatsOf, pendingLeadCount } from './agent-stats.ts';
export { approveLeads, type Decision, decideLead, type Verdict } from './decide.ts';
export { type LeadType, listLeadTypes } from './lead-types.ts';
export { reopenLead } from './reopen.ts';
export { mostLeads, type Report, type ReportInput, reportLeads } from './report.ts';
export { type Resubmission, resubmitLead } from './resubmit.ts';
