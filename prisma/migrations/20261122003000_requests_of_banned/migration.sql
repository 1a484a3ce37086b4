-- A ban declines what limits the person asked for, with its own words. What bans left open before they did so is declined here in the same way.
WITH declined AS (
  UPDATE limit_requests r
  SET status = 'declined', answer = u.decision_reason, decided_by_id = u.decided_by_id, decided_at = coalesce(u.decided_at, now())
  FROM users u WHERE u.id = r.agent_id AND u.status = 'banned' AND r.status = 'open'
  RETURNING r.id, r.agent_id, r.answer
), recorded AS (
  INSERT INTO audit_events (action, subject_type, subject_id, user_id, details)
  SELECT 'limit.declined', 'limit_request', id, agent_id, jsonb_build_object('answer', answer, 'banned', true) FROM declined
)
-- What staff were told of them needs nobody's attention any more.
INSERT INTO notification_events (type, settles, subject_id, created_at)
SELECT 'limit.requested', true, d.id, now() FROM declined d
WHERE false = (SELECT (array_agg(e.settles ORDER BY e.id DESC))[1] FROM notification_events e
  WHERE e.type = 'limit.requested' AND e.subject_id = d.id);
