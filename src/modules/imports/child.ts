import { isTableFault } from '../../lib/spreadsheet.ts';
import { previewFile } from './child/preview.ts';
import { runImport } from './child/run.ts';
import { writeVerdicts } from './child/verdict-file.ts';
import type { Message, Task } from './types.ts';

// The process that touches people's files. It is given one task, answers once, and may be killed at any moment.

const say = (message: Message): Promise<void> =>
  new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()) ?? resolve());

const beat = (): void => void say({ is: 'beat' });

function work(task: Task): Promise<unknown> {
  switch (task.is) {
    case 'preview':
      return previewFile(task.file);
    case 'run':
      return runImport(task, beat);
    case 'verdicts':
      return writeVerdicts(task, process.stdout);
  }
}

function complaint(error: unknown): Message {
  if (isTableFault(error)) {
    return { is: 'fault', code: error.code, ...('row' in error && error.row !== undefined ? { row: error.row } : {}) };
  }
  return { is: 'error', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

// The parent is gone: nobody waits, and somebody else may resume.
process.once('disconnect', () => process.exit(1));
process.once('message', async (task: Task) => {
  try {
    await say({ is: 'done', result: await work(task) });
  } catch (error) {
    await say(complaint(error));
  }
  process.exit(0);
});
