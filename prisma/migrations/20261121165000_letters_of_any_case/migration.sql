-- lower() leaves Russian capitals alone, and pg_trgm skips Russian letters, where the database's ctype is C. Both cases of a letter
-- become one Latin sign, whatever the ctype.
CREATE OR REPLACE FUNCTION letters_of(text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 100 AS $$
BEGIN
  RETURN translate(lower($1),
    'абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ',
    'abvgde1jziyklmnoprstufhc2w345607qabvgde1jziyklmnoprstufhc2w345607q');
END $$;
REINDEX INDEX messages_parts;
REINDEX INDEX users_parts;
REINDEX INDEX stored_files_name_parts;

DROP INDEX contacts_word_parts;
CREATE INDEX contacts_word_parts ON contacts USING gin (letters_of(key) gin_trgm_ops) WHERE key NOT LIKE '+%';
DROP INDEX leads_parts;
CREATE INDEX leads_parts ON leads USING gin (letters_of(key || ' ' || value || ' ' || coalesce(comment, '')) gin_trgm_ops);
