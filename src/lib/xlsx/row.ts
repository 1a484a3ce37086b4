/**
 * One line of a table. `number` is the one a person sees in Excel, from 1; `cells` are the shown values from column A on,
 * '' for an empty cell, without empty cells at the end; `cut` is set when cells beyond the last allowed column were dropped.
 */
export interface Row {
  number: number;
  cells: string[];
  cut?: true;
}
