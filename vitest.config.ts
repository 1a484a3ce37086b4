import { defineConfig } from 'vitest/config';
import LongestFirst from './tests/setup/longest-first.ts';

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // Every file has a database and a house of its own; what they share is read-only, and loading it anew costs a second a file.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Nobody skips a test by accident.
    allowOnly: false,
    projects: [
      { extends: true, test: { name: 'rules', include: ['tests/lib/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'house',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/lib/**'],
          globalSetup: ['tests/setup/postgres.ts', 'tests/setup/browser.ts'],
        },
      },
    ],
  },
});
