/**
 * What must be true of the tables whatever happened. Each query finds what breaks its rule and names it in `broken`. They share no
 * line with the application's own SQL, or both would be wrong together.
 */
const period = `CASE b.period
  WHEN 'day' THEN i.day::text WHEN 'week' THEN date_trunc('week', i.day::timestamp)::text ELSE '' END AS period`;

const rules: Record<string, string> = {
  'a key has one row': `SELECT key || ' in ' || count(*) || ' rows' AS broken FROM contacts GROUP BY key HAVING count(*) > 1`,
  'one request id is one issuance': `
    SELECT request_id || ' in ' || count(*) || ' issuances' AS broken
    FROM issuances GROUP BY agent_id, request_id HAVING count(*) > 1`,
  'an agent never gets a contact again that was taken back': `
    SELECT c.key || ' back with agent ' || c.agent_id AS broken
    FROM contacts c JOIN contact_returns r ON r.contact_id = c.id AND r.agent_id = c.agent_id`,
  'a contact is held whole or not at all': `
    SELECT key || ' is ' || state AS broken FROM contacts
    WHERE (state = 'issued') <> (agent_id IS NOT NULL) OR (state = 'issued') <> (issuance_id IS NOT NULL)
       OR (state = 'issued') <> (issued_at IS NOT NULL)`,
  'a contact and its issuance name the same agent and base': `
    SELECT c.key || ' of issuance ' || coalesce(c.issuance_id::text, '-') AS broken
    FROM contacts c LEFT JOIN issuances i ON i.id = c.issuance_id
    WHERE c.agent_id IS NOT NULL
      AND (i.id IS NULL OR i.agent_id <> c.agent_id OR i.base_type_id <> c.base_type_id)`,
  'an issuance gave what its contacts are': `
    SELECT 'issuance ' || i.id || ' gave ' || i.given || ', holds ' || coalesce(held.n, 0) || ', returned ' || coalesce(back.n, 0) AS broken
    FROM issuances i
    LEFT JOIN (SELECT issuance_id AS id, count(*) AS n FROM contacts GROUP BY 1) AS held ON held.id = i.id
    LEFT JOIN (SELECT issuance_id AS id, count(*) AS n FROM contact_returns GROUP BY 1) AS back ON back.id = i.id
    WHERE i.given <> coalesce(held.n, 0) + coalesce(back.n, 0) OR i.given < 1`,
  'an issuance gives no more than asked and allowed': `
    SELECT 'issuance ' || id || ' gave ' || given || ' of ' || wanted || ', allowed ' || allowed AS broken
    FROM issuances WHERE given > wanted OR given > allowed`,
  'tallies equal counts': `
    SELECT 'agent ' || agent_id || ', base ' || base_type_id || ', ' || day
      || ': tally ' || coalesce(t.issued, 0) || ', given ' || coalesce(g.given, 0) AS broken
    FROM issuance_tallies t
    FULL JOIN (SELECT agent_id, base_type_id, day, sum(given) AS given FROM issuances GROUP BY 1, 2, 3) AS g
      USING (agent_id, base_type_id, day)
    WHERE coalesce(t.issued, 0) <> coalesce(g.given, 0)`,
  'tallies of contacts equal a full count': `
    SELECT 'base ' || base_type_id || ': tallied ' || coalesce(t.n, '-') || ', counted ' || coalesce(c.n, '-') AS broken
    FROM (SELECT base_type_id, concat_ws(' ', sum(free), sum(issued), sum(suppressed)) AS n FROM contact_tallies GROUP BY 1) AS t
    FULL JOIN (
      SELECT base_type_id, concat_ws(' ', count(*) FILTER (WHERE state = 'free'), count(*) FILTER (WHERE state = 'issued'),
        count(*) FILTER (WHERE state = 'suppressed')) AS n FROM contacts GROUP BY 1) AS c USING (base_type_id)
    WHERE coalesce(t.n, '0 0 0') <> coalesce(c.n, '0 0 0')`,
  'tallies of days equal what was issued': `
    SELECT 'base ' || base_type_id || ', ' || day || ': tallied ' || coalesce(t.issued, 0) || ', given ' || coalesce(g.given, 0) AS broken
    FROM (SELECT base_type_id, day, sum(issued) AS issued FROM issued_tallies GROUP BY 1, 2) AS t
    FULL JOIN (SELECT base_type_id, day, sum(given) AS given FROM issuances GROUP BY 1, 2) AS g USING (base_type_id, day)
    WHERE coalesce(t.issued, 0) <> coalesce(g.given, 0)`,
  'tallies of leads equal a full count': `
    SELECT 'day ' || day || ', type ' || lead_type_id || ', ' || source || ': tallied ' || coalesce(t.n, '-') || ', counted ' || coalesce(c.n, '-') AS broken
    FROM (SELECT day, lead_type_id, source, concat_ws(' ', sum(pending), sum(approved), sum(rejected), sum(rework)) AS n
      FROM lead_tallies GROUP BY 1, 2, 3) AS t
    FULL JOIN (
      SELECT d.day, lead_type_id, source, concat_ws(' ', count(*) FILTER (WHERE status = 'pending'),
        count(*) FILTER (WHERE status = 'approved'), count(*) FILTER (WHERE status = 'rejected'),
        count(*) FILTER (WHERE status = 'rework')) AS n
      FROM leads l CROSS JOIN LATERAL (VALUES (l.day), ('-infinity'::date)) AS d (day) GROUP BY 1, 2, 3
    ) AS c USING (day, lead_type_id, source)
    WHERE coalesce(t.n, '0 0 0 0') <> coalesce(c.n, '0 0 0 0')`,
  'tallies of leads by agent equal a full count': `
    SELECT 'agent ' || agent_id || ', span ' || span || ': tallied ' || coalesce(t.n, '-') || ', counted ' || coalesce(c.n, '-') AS broken
    FROM (SELECT agent_id, span, concat_ws(' ', sum(pending), sum(approved), sum(rejected), sum(rework)) AS n
      FROM lead_agent_tallies GROUP BY 1, 2) AS t
    FULL JOIN (
      SELECT agent_id, s.span, concat_ws(' ', count(*) FILTER (WHERE status = 'pending'),
        count(*) FILTER (WHERE status = 'approved'), count(*) FILTER (WHERE status = 'rejected'),
        count(*) FILTER (WHERE status = 'rework')) AS n
      FROM leads l CROSS JOIN lead_tally_days r CROSS JOIN (VALUES (0), (1), (7), (30)) AS s (span)
      WHERE s.span = 0 OR l.day > r.day - s.span GROUP BY 1, 2
    ) AS c USING (agent_id, span)
    WHERE coalesce(t.n, '0 0 0 0') <> coalesce(c.n, '0 0 0 0')`,
  // What was allowed and what was used before it add up to what the agent was entitled to at some moment, the limit and the grants
  // up to one of them, and never to less than a moment earlier.
  'nobody is above the allowance': `
    WITH given AS (
      SELECT i.*, b."limit", ${period} FROM issuances i JOIN base_types b ON b.id = i.base_type_id
    ), entitled AS (
      SELECT *, allowed + coalesce(sum(given) OVER (so_far ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS whole
      FROM given WINDOW so_far AS (PARTITION BY agent_id, base_type_id, period ORDER BY id)
    ), checked AS (
      SELECT *, lag(whole, 1, 0::numeric) OVER (PARTITION BY agent_id, base_type_id, period ORDER BY id) AS earlier FROM entitled
    ), granted AS (
      SELECT agent_id, base_type_id, sum(amount) OVER (PARTITION BY agent_id, base_type_id ORDER BY id) AS amount FROM limit_grants
    )
    SELECT 'issuance ' || id || ' of agent ' || e.agent_id || ': entitled to ' || whole || ', earlier to ' || earlier AS broken
    FROM checked e LEFT JOIN granted g
      ON g.agent_id = e.agent_id AND g.base_type_id = e.base_type_id AND e."limit" + g.amount = e.whole
    WHERE whole < earlier OR (whole <> e."limit" AND g.amount IS NULL)`,
  'nobody got more than the limit and all grants': `
    WITH granted AS (SELECT agent_id, base_type_id, sum(amount) AS amount FROM limit_grants GROUP BY 1, 2)
    SELECT 'agent ' || agent_id || ', base ' || base_type_id || ': ' || sum(given) || ' of ' || max(most) AS broken
    FROM (
      SELECT i.agent_id, i.base_type_id, i.given, ${period}, b."limit" + coalesce(g.amount, 0) AS most
      FROM issuances i JOIN base_types b ON b.id = i.base_type_id
      LEFT JOIN granted g ON g.agent_id = i.agent_id AND g.base_type_id = i.base_type_id
    ) AS all_given
    GROUP BY agent_id, base_type_id, period HAVING sum(given) > max(most)`,
  'a key is reported once': `SELECT key || ' in ' || count(*) || ' leads' AS broken FROM leads GROUP BY key HAVING count(*) > 1`,
  'a report has leads': `
    SELECT 'report ' || r.id AS broken FROM lead_reports r WHERE NOT EXISTS (SELECT FROM leads l WHERE l.report_id = r.id)`,
  'a lead stands where its last event left it, and every change has one': `
    SELECT 'lead ' || l.id || ' is ' || l.status || ' after ' || e.n || ' events, version ' || l.version AS broken
    FROM leads l JOIN (SELECT lead_id, count(*) AS n, max(id) AS last FROM lead_events GROUP BY 1) AS e ON e.lead_id = l.id
    JOIN lead_events last ON last.id = e.last
    WHERE last.status <> l.status OR e.n <> l.version`,
};

/** One query for all rules: rows of `rule` and `broken`. No row is good news. */
export const everyRule: string = Object.entries(rules)
  .map(([rule, query]) => `SELECT '${rule}' AS rule, x.broken FROM (${query}) AS x`)
  .join(' UNION ALL ');
