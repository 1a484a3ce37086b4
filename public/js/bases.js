// The agent's contacts: what was copied is remembered.
