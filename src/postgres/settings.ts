import { totalmem } from 'node:os';

export type Mode = 'durable' | 'throwaway';

const common = {
  listen_addresses: '127.0.0.1',
  // The password on the loopback address is the only door; a socket in a shared folder would be one more to guard.
  unix_socket_directories: '',
  max_connections: '200',
  // Ours are short queries by the thousand: compiling one takes longer than running it.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The log must not repeat people's phones: no statements, no "Key (...) already exists".
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

const mb = (bytes: number): string => `${Math.round(bytes / 2 ** 20)}MB`;
const memory = totalmem();

// A list of millions must neither fill the disk with its log at once nor stop everything for checkpoints.
const durable = {
  shared_buffers: mb(Math.min(Math.max(memory / 8, 128 * 2 ** 20), 2 * 2 ** 30)),
  effective_cache_size: mb(memory / 2),
  work_mem: '16MB',
  maintenance_work_mem: '256MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  wal_compression: 'on',
  random_page_cost: '1.1',
};

// Nothing of a test run is worth a write to disk.
const throwaway = {
  shared_buffers: '128MB',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  // In a test run it would go round a hundred databases that nobody uses any more.
  autovacuum: 'off',
};

/** PostgreSQL's settings as options of its command line. */
export function settingsFor(mode: Mode, port: number): string {
  const settings = { ...common, ...(mode === 'throwaway' ? throwaway : durable), port: String(port) };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}
