import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, variables } from '../../src/config.ts';
import { read } from '../support/sources.ts';

describe('the configuration', () => {
  it('has every variable in .env.example, and nothing else there', () => {
    const named = [...read('.env.example').matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)].map((m) => m[1]);
    expect(named).toEqual(variables);
  });

  it('in production names every missing secret at once', () => {
    const faults = faultsOf({ NODE_ENV: 'production' });
    for (const name of ['DATABASE_URL', 'SESSION_SECRET', 'BASE_URL', 'SMTP_URL']) {
      expect(faults).toContain(`${name}: must be set in production`);
    }
  });

  it('lists every fault, not the first', () => {
    expect(faultsOf({ PORT: 'many', BUSINESS_ZONE: 'Mars/Olympus', SESSION_SECRET: 'short' })).toHaveLength(3);
  });

  it('takes an empty variable as one that is not set', () => {
    expect(readConfig({ PORT: '', SMTP_URL: '' }).PORT).toBeUndefined();
  });

  it('asks for secure cookies when the house is reached by https', () => {
    expect(readConfig({ BASE_URL: 'https://cabinet.example.com' }).secureCookies).toBe(true);
    expect(readConfig({}).secureCookies).toBe(false);
  });
});

function faultsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
  }
  return [];
}
