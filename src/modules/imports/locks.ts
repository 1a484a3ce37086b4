/** The first half of the advisory lock that whoever runs an import holds; the second is the import's id. */
export const IMPORT_LOCK = 7301;
/** Held through a batch: two imports never wait for each other's keys in different order. */
export const BATCH_LOCK = 7302;
