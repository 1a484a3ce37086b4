export type Mode = 'durable' | 'throwaway';

const common = {
  listen_addresses: '127.0.0.1',
  // The password on the loopback address is the only door; a socket in a shared folder would be one more to guard.
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The log must not repeat people's phones: no statements, no "Key (...) already exists".
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

// Nothing of a test run is worth a write to disk.
const throwaway = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
};

/** PostgreSQL's settings as options of its command line. */
export function settingsFor(mode: Mode, port: number): string {
  const settings = { ...common, ...(mode === 'throwaway' ? throwaway : {}), port: String(port) };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}
