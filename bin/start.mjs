// npm start: from a fresh clone to a running cabinet. Plain JavaScript on whatever Node the host has, until the pinned one is installed.
import { handOver } from './hand-over.mjs';
import { installWhatIsMissing } from './install.mjs';

installWhatIsMissing();
// What a page needs is gone when it is sent: a small nursery costs a fortieth of the pace and saves a hundred megabytes under load.
handOver(process.argv.includes('--watch') ? 'src/launch/watch.ts' : 'src/launch/start.ts', '--max-semi-space-size=16');
