import type { TestProject } from 'vitest/node';
import { browserPath } from '../support/browser.ts';

/** Finds or unpacks the browser before workers ask for it, since two of them unpacking at once spoil it for each other. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide('browser', await browserPath());
}
