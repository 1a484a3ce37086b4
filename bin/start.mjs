// npm start: from a fresh clone to a running cabinet. Plain JavaScript on whatever Node the host has, until the pinned one is installed.
import { handOver } from './hand-over.mjs';
import { installWhatIsMissing } from './install.mjs';

installWhatIsMissing();
handOver(process.argv.includes('--watch') ? 'src/launch/watch.ts' : 'src/launch/start.ts');
