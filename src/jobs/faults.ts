const faults = ['unreachable', 'slow', 'busy', 'declined', 'fault'] as const;
/** What kind of failure it was; its words are `jobs:faults.<fault>`. */
export type Fault = (typeof faults)[number];

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EPIPE',
  'ESOCKET',
  'ECONNECTION',
  '57P01',
]);
const slow = new Set(['ETIMEDOUT', '57014']);
const busy = new Set(['40001', '40P01', '55P03']);
const declined = new Set(['EENVELOPE', 'EAUTH', 'EMESSAGE', 'ERECIPIENT']);

/** What a person can make of an error: another service was away, slow or said no, others were in the way, or it is a fault of ours. */
export function faultOf(error: unknown): Fault {
  for (let e = error; typeof e === 'object' && e !== null; e = 'cause' in e ? e.cause : undefined) {
    const code = 'code' in e ? String(e.code) : '';
    if (unreachable.has(code)) return 'unreachable';
    if (slow.has(code)) return 'slow';
    if (busy.has(code)) return 'busy';
    if (declined.has(code)) return 'declined';
  }
  return 'fault';
}

const longest = 300;

/** The first line of an error, without the addresses in it: they may hold a token. */
export const textOf = (error: unknown): string =>
  ((error instanceof Error ? error.message : String(error)).trim().split('\n').at(0) ?? '')
    .replace(/\b[a-z]+:\/\/\S+/gi, '…')
    .replace(/\b\d{6,}:[\w-]{20,}/g, '…')
    .slice(0, longest);
