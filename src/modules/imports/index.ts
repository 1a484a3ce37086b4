export { cancelImport } from './cancel.ts';
export { importFile } from './import-file.ts';
export { changePlan } from './plan.ts';
export { importsOf, runningImport } from './queries.ts';
export { resumeImport } from './resume.ts';
export { runImport } from './run.ts';
export { startImport } from './start.ts';
export { undoImport } from './undo.ts';
export { uploadImport } from './upload.ts';
