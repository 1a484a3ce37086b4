// npm test: installs what is missing, then checks everything. Words after `--` go to vitest, e.g. `npm test -- tests/leads`.
import { handOver } from './hand-over.mjs';
import { installWhatIsMissing } from './install.mjs';

installWhatIsMissing();
handOver('src/launch/test.ts');
