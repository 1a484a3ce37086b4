import { type Habits, makeHabits } from './habits.ts';
import { type Model, makeModel } from './model.ts';
import { createRandom } from './random.ts';
import { workbookParts } from './workbook-parts.ts';
import { type Part, zipOf } from './zip-bytes.ts';

export interface GeneratedWorkbook {
  model: Model;
  habits: Habits;
  parts: Part[];
}

/** The workbook of this number: the same today and tomorrow. */
export function generateWorkbook(seed: number, longest = 1500): GeneratedWorkbook {
  const random = createRandom(seed);
  const model = makeModel(random, longest);
  const habits = makeHabits(random);
  return { model, habits, parts: workbookParts(random, model, habits) };
}

export function workbookBytes({ parts, habits }: GeneratedWorkbook): Buffer {
  return zipOf(parts, habits.zip);
}
