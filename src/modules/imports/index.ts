export { importFile } from './import-file.ts';
export { runImport } from './run.ts';
export { undoImport } from './undo.ts';
