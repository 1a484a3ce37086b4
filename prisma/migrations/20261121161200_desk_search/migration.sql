-- Search of the inbox by a part, at the size of millions of messages: src/modules/support/inbox-filter.ts asks with these very expressions.

-- pg_trgm asks the database's character type what a letter is, and under C, the fastest one, Cyrillic has none: no word of a
-- Russian message would be indexed. So each Cyrillic letter stands for an ASCII one. Words that then look alike are told
-- apart by a LIKE over the text itself.
CREATE FUNCTION letters_of(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN translate(lower($1), 'абвгдеёжзийклмнопрстуфхцчшщъыьэюя', 'abvgde1jziyklmnoprstufhc2w345607q');

CREATE INDEX messages_parts ON messages USING gin (letters_of(text) gin_trgm_ops);
CREATE INDEX users_parts ON users USING gin (letters_of(name_key || ' ' || email) gin_trgm_ops);
CREATE INDEX stored_files_name_parts ON stored_files USING gin (letters_of(original_name) gin_trgm_ops);
