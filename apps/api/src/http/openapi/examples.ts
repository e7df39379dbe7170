/** Example bodies that work unchanged for the demo's organisation `org_acme`; ids have to be filled in. */

export const EXAMPLES: Readonly<Record<string, unknown>> = {
  PushOrganisationBody: {
    name: 'Acme Coffee',
    plan: 'starter',
    active_profile_limit: 3,
    time_zone: 'Europe/Berlin',
    analytics_retention_days: null,
    x_monthly_budget_usd: null,
    approval_available: true,
    status: 'active',
  },
  PushMemberBody: { role: 'admin', name: 'Adam Admin', email: 'admin@acme.test' },
  ChangeMemberBody: { role: 'editor' },
  StartConnectBody: { provider: 'x' },
  RequestErasureBody: { name: 'Acme Coffee' },
  SwitchBody: { track: true },
  SwitchManyBody: { changes: [{ id: 'prof_01jd6q8a9bfk3rjx0s2m4n6p8q', track: true, publish: true }] },
  DefaultBody: { profile_id: 'prof_01jd6q8a9bfk3rjx0s2m4n6p8q' },
  MarkBody: { read: true },
  ReadAllBody: { up_to: 'ntc_01jd6q8a9bfk3rjx0s2m4n6p8q' },
};
