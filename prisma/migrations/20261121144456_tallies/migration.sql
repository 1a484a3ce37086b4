-- DropIndex
DROP INDEX "leads_agent_id_day_idx";

-- CreateTable
CREATE TABLE "contact_tallies" (
    "base_type_id" INTEGER NOT NULL,
    "slot" INTEGER NOT NULL,
    "free" INTEGER NOT NULL DEFAULT 0,
    "issued" INTEGER NOT NULL DEFAULT 0,
    "suppressed" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "contact_tallies_pkey" PRIMARY KEY ("base_type_id","slot")
);

-- CreateTable
CREATE TABLE "issued_tallies" (
    "day" DATE NOT NULL,
    "base_type_id" INTEGER NOT NULL,
    "slot" INTEGER NOT NULL,
    "issued" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "issued_tallies_pkey" PRIMARY KEY ("day","base_type_id","slot")
);

-- CreateTable
CREATE TABLE "lead_tallies" (
    "day" DATE NOT NULL,
    "lead_type_id" INTEGER NOT NULL,
    "source" "lead_source" NOT NULL,
    "slot" INTEGER NOT NULL,
    "pending" INTEGER NOT NULL DEFAULT 0,
    "approved" INTEGER NOT NULL DEFAULT 0,
    "rejected" INTEGER NOT NULL DEFAULT 0,
    "rework" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "lead_tallies_pkey" PRIMARY KEY ("day","lead_type_id","source","slot")
);

-- CreateTable
CREATE TABLE "lead_agent_tallies" (
    "span" SMALLINT NOT NULL,
    "agent_id" INTEGER NOT NULL,
    "slot" INTEGER NOT NULL,
    "pending" INTEGER NOT NULL DEFAULT 0,
    "approved" INTEGER NOT NULL DEFAULT 0,
    "rejected" INTEGER NOT NULL DEFAULT 0,
    "rework" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "lead_agent_tallies_pkey" PRIMARY KEY ("span","agent_id","slot")
);

-- CreateTable
CREATE TABLE "lead_tally_days" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "day" DATE NOT NULL,

    CONSTRAINT "lead_tally_days_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "leads_agent_id_day_status_idx" ON "leads"("agent_id", "day", "status");

-- CreateIndex
CREATE INDEX "users_waiting" ON "users"("id") WHERE (status = 'pending' AND email_confirmed_at IS NOT NULL);

-- Each connection writes rows of its own, over and over: room on the page keeps these updates out of the index.
ALTER TABLE contact_tallies SET (fillfactor = 50);
ALTER TABLE issued_tallies SET (fillfactor = 50);
ALTER TABLE lead_tallies SET (fillfactor = 50);
ALTER TABLE lead_agent_tallies SET (fillfactor = 50);

-- Statement triggers with transition tables see every path, COPY included, once a statement. pg_backend_pid() is the slot: no two
-- transactions at one moment have it, so none waits for another's tally and none can lock up over one.

CREATE FUNCTION tally_contacts(base int, more_free bigint, more_issued bigint, more_suppressed bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO contact_tallies AS t (base_type_id, slot, free, issued, suppressed)
  VALUES (base, pg_backend_pid(), more_free, more_issued, more_suppressed)
  ON CONFLICT (base_type_id, slot) DO UPDATE
  SET free = t.free + excluded.free, issued = t.issued + excluded.issued, suppressed = t.suppressed + excluded.suppressed;
END $$;

CREATE FUNCTION contacts_tallied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM tally_contacts(d.base_type_id, d.free, d.issued, d.suppressed) FROM (
      SELECT base_type_id, count(*) FILTER (WHERE state = 'free') AS free, count(*) FILTER (WHERE state = 'issued') AS issued,
        count(*) FILTER (WHERE state = 'suppressed') AS suppressed
      FROM added GROUP BY base_type_id) d;
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM tally_contacts(d.base_type_id, -d.free, -d.issued, -d.suppressed) FROM (
      SELECT base_type_id, count(*) FILTER (WHERE state = 'free') AS free, count(*) FILTER (WHERE state = 'issued') AS issued,
        count(*) FILTER (WHERE state = 'suppressed') AS suppressed
      FROM removed GROUP BY base_type_id) d;
  ELSE
    PERFORM tally_contacts(d.base_type_id, d.free, d.issued, d.suppressed) FROM (
      SELECT base_type_id, coalesce(sum(n) FILTER (WHERE state = 'free'), 0)::bigint AS free,
        coalesce(sum(n) FILTER (WHERE state = 'issued'), 0)::bigint AS issued,
        coalesce(sum(n) FILTER (WHERE state = 'suppressed'), 0)::bigint AS suppressed
      FROM (SELECT base_type_id, state, 1 AS n FROM added UNION ALL SELECT base_type_id, state, -1 FROM removed) x
      GROUP BY base_type_id) d
    WHERE d.free <> 0 OR d.issued <> 0 OR d.suppressed <> 0;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION contacts_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  TRUNCATE contact_tallies;
  RETURN NULL;
END $$;

CREATE TRIGGER contacts_tallied_insert AFTER INSERT ON contacts
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION contacts_tallied();
CREATE TRIGGER contacts_tallied_update AFTER UPDATE ON contacts
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION contacts_tallied();
CREATE TRIGGER contacts_tallied_delete AFTER DELETE ON contacts
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION contacts_tallied();
CREATE TRIGGER contacts_emptied AFTER TRUNCATE ON contacts FOR EACH STATEMENT EXECUTE FUNCTION contacts_emptied();

CREATE FUNCTION tally_issued(on_day date, base int, more bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO issued_tallies AS t (day, base_type_id, slot, issued) VALUES (on_day, base, pg_backend_pid(), more)
  ON CONFLICT (day, base_type_id, slot) DO UPDATE SET issued = t.issued + excluded.issued;
END $$;

CREATE FUNCTION issuance_tallies_tallied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM tally_issued(d.day, d.base_type_id, d.issued)
    FROM (SELECT day, base_type_id, sum(issued) AS issued FROM added GROUP BY day, base_type_id) d;
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM tally_issued(d.day, d.base_type_id, -d.issued)
    FROM (SELECT day, base_type_id, sum(issued) AS issued FROM removed GROUP BY day, base_type_id) d;
  ELSE
    PERFORM tally_issued(d.day, d.base_type_id, d.issued) FROM (
      SELECT day, base_type_id, sum(n) AS issued FROM (
        SELECT day, base_type_id, issued AS n FROM added UNION ALL SELECT day, base_type_id, -issued FROM removed) x
      GROUP BY day, base_type_id) d
    WHERE d.issued <> 0;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION issuance_tallies_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  TRUNCATE issued_tallies;
  RETURN NULL;
END $$;

CREATE TRIGGER issuance_tallies_tallied_insert AFTER INSERT ON issuance_tallies
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION issuance_tallies_tallied();
CREATE TRIGGER issuance_tallies_tallied_update AFTER UPDATE ON issuance_tallies
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION issuance_tallies_tallied();
CREATE TRIGGER issuance_tallies_tallied_delete AFTER DELETE ON issuance_tallies
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION issuance_tallies_tallied();
CREATE TRIGGER issuance_tallies_emptied AFTER TRUNCATE ON issuance_tallies
  FOR EACH STATEMENT EXECUTE FUNCTION issuance_tallies_emptied();

-- `n` leads more (or fewer) of one kind: in their day, in all days, and in each of the agent's spans that reaches back so far.
CREATE FUNCTION tally_leads(on_day date, lead_type int, from_source lead_source, agent int, in_status lead_status, n bigint)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  a bigint := CASE in_status WHEN 'pending' THEN n ELSE 0 END;
  b bigint := CASE in_status WHEN 'approved' THEN n ELSE 0 END;
  c bigint := CASE in_status WHEN 'rejected' THEN n ELSE 0 END;
  d bigint := CASE in_status WHEN 'rework' THEN n ELSE 0 END;
BEGIN
  INSERT INTO lead_tallies AS t (day, lead_type_id, source, slot, pending, approved, rejected, rework)
  VALUES (on_day, lead_type, from_source, pg_backend_pid(), a, b, c, d),
    ('-infinity', lead_type, from_source, pg_backend_pid(), a, b, c, d)
  ON CONFLICT (day, lead_type_id, source, slot) DO UPDATE
  SET pending = t.pending + excluded.pending, approved = t.approved + excluded.approved,
    rejected = t.rejected + excluded.rejected, rework = t.rework + excluded.rework;
  INSERT INTO lead_agent_tallies AS t (span, agent_id, slot, pending, approved, rejected, rework)
  SELECT s.span, agent, pg_backend_pid(), a, b, c, d
  FROM lead_tally_days r CROSS JOIN (VALUES (0::smallint), (1::smallint), (7::smallint), (30::smallint)) AS s (span)
  WHERE s.span = 0 OR on_day > r.day - s.span
  ON CONFLICT (span, agent_id, slot) DO UPDATE
  SET pending = t.pending + excluded.pending, approved = t.approved + excluded.approved,
    rejected = t.rejected + excluded.rejected, rework = t.rework + excluded.rework;
END $$;

CREATE FUNCTION leads_tallied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM tally_leads(x.day, x.lead_type_id, x.source, x.agent_id, x.status, x.n)
    FROM (SELECT day, lead_type_id, source, agent_id, status, count(*) AS n FROM added GROUP BY 1, 2, 3, 4, 5) x;
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM tally_leads(x.day, x.lead_type_id, x.source, x.agent_id, x.status, -x.n)
    FROM (SELECT day, lead_type_id, source, agent_id, status, count(*) AS n FROM removed GROUP BY 1, 2, 3, 4, 5) x;
  ELSE
    PERFORM tally_leads(x.day, x.lead_type_id, x.source, x.agent_id, x.status, x.n)
    FROM (
      SELECT day, lead_type_id, source, agent_id, status, sum(n) AS n FROM (
        SELECT day, lead_type_id, source, agent_id, status, 1 AS n FROM added
        UNION ALL SELECT day, lead_type_id, source, agent_id, status, -1 FROM removed) y
      GROUP BY 1, 2, 3, 4, 5) x
    WHERE x.n <> 0;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION leads_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  TRUNCATE lead_tallies, lead_agent_tallies;
  RETURN NULL;
END $$;

CREATE TRIGGER leads_tallied_insert AFTER INSERT ON leads
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION leads_tallied();
CREATE TRIGGER leads_tallied_update AFTER UPDATE ON leads
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION leads_tallied();
CREATE TRIGGER leads_tallied_delete AFTER DELETE ON leads
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION leads_tallied();
CREATE TRIGGER leads_emptied AFTER TRUNCATE ON leads FOR EACH STATEMENT EXECUTE FUNCTION leads_emptied();

-- What is there already. Making the triggers has locked out writers until this transaction ends.
INSERT INTO contact_tallies (base_type_id, slot, free, issued, suppressed)
SELECT base_type_id, 0, count(*) FILTER (WHERE state = 'free'), count(*) FILTER (WHERE state = 'issued'),
  count(*) FILTER (WHERE state = 'suppressed')
FROM contacts GROUP BY base_type_id;

INSERT INTO issued_tallies (day, base_type_id, slot, issued)
SELECT day, base_type_id, 0, sum(issued) FROM issuance_tallies GROUP BY day, base_type_id;

INSERT INTO lead_tallies (day, lead_type_id, source, slot, pending, approved, rejected, rework)
SELECT coalesce(day, '-infinity'), lead_type_id, source, 0, count(*) FILTER (WHERE status = 'pending'),
  count(*) FILTER (WHERE status = 'approved'), count(*) FILTER (WHERE status = 'rejected'), count(*) FILTER (WHERE status = 'rework')
FROM leads GROUP BY GROUPING SETS ((day, lead_type_id, source), (lead_type_id, source));

INSERT INTO lead_tally_days (day) VALUES (current_date);

INSERT INTO lead_agent_tallies (span, agent_id, slot, pending, approved, rejected, rework)
SELECT s.span, l.agent_id, 0, count(*) FILTER (WHERE status = 'pending'), count(*) FILTER (WHERE status = 'approved'),
  count(*) FILTER (WHERE status = 'rejected'), count(*) FILTER (WHERE status = 'rework')
FROM leads l CROSS JOIN (VALUES (0), (1), (7), (30)) AS s (span)
WHERE s.span = 0 OR l.day > current_date - s.span GROUP BY s.span, l.agent_id;
