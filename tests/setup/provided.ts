declare module 'vitest' {
  /** What the set-up hands to the test files. */
  interface ProvidedContext {
    databaseServer: string;
    browser: string;
  }
}

export {};
