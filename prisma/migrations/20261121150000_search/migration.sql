-- Search by a part of a contact, at the size of millions: src/modules/bases/search.ts asks with these very expressions.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- Every four digits in a row of a phone: three at a time (pg_trgm) would be shared by one phone in a hundred, four by one in a thousand.
CREATE INDEX contacts_phone_parts ON contacts USING gin ((
  ARRAY[substr(key, 2, 4), substr(key, 3, 4), substr(key, 4, 4), substr(key, 5, 4), substr(key, 6, 4), substr(key, 7, 4), substr(key, 8, 4), substr(key, 9, 4)]
  || CASE WHEN length(key) > 12 THEN ARRAY[substr(key, 10, 4), substr(key, 11, 4), substr(key, 12, 4), substr(key, 13, 4)] ELSE '{}'::text[] END
)) WHERE key LIKE '+%';

CREATE INDEX contacts_word_parts ON contacts USING gin (lower(key) gin_trgm_ops) WHERE key NOT LIKE '+%';

CREATE INDEX leads_parts ON leads USING gin (lower(key || ' ' || value || ' ' || coalesce(comment, '')) gin_trgm_ops);
