/** What a reader agrees to take on; a file beyond it is refused with a WorkbookFault, never read in part. */
export interface WorkbookLimits {
  /** Files inside the zip. */
  entries: number;
  /** Bytes of all of them, unpacked. */
  unpackedBytes: number;
  /** Unpacked to packed size of one file; looked at only when it unpacks to more than `ratioFloorBytes`. */
  ratio: number;
  ratioFloorBytes: number;
  /** Memory that the table of shared strings may take. */
  sharedStringBytes: number;
  /** Columns kept of a row; the rest is dropped and the row marked. */
  columns: number;
  /** Rows handed out at once; fewer when they are long. */
  batchRows: number;
}

export const DEFAULT_LIMITS: WorkbookLimits = {
  entries: 2_000,
  unpackedBytes: 2 * 2 ** 30,
  ratio: 150,
  ratioFloorBytes: 64 * 2 ** 20,
  sharedStringBytes: 512 * 2 ** 20,
  columns: 256,
  batchRows: 1_000,
};

/** Excel's own size of a sheet. */
export const MAX_SHEET_ROWS = 1_048_576;
