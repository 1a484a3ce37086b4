import { createHmac, randomBytes } from 'node:crypto';
import { withClient } from './databases.ts';

/**
 * Sessions as a login leaves them, by the thousand: to check a thousand passwords would take a minute of two processors. Gives the cookie
 * of each person.
 */
export function sessionsOf(url: string, secret: string, people: number[]): Promise<string[]> {
  return withClient(url, async (client) => {
    const sids = people.map(() => randomBytes(24).toString('base64url'));
    await client.query(
      `INSERT INTO sessions (sid, sess, expire)
       SELECT s.sid, json_build_object('cookie', json_build_object('originalMaxAge', 1209600000, 'expires', now() + interval '14 days',
           'httpOnly', true, 'sameSite', 'lax', 'secure', false, 'path', '/'),
         'passport', json_build_object('user', u.id), 'epoch', u.session_epoch, 'startedAt', now()), now() + interval '14 days'
       FROM unnest($1::text[], $2::int[]) AS s (sid, id) JOIN users u ON u.id = s.id`,
      [sids, people],
    );
    return sids.map((sid) => `sid=${encodeURIComponent(`s:${sid}.${signatureOf(sid, secret)}`)}`);
  });
}

// As the package cookie-signature signs.
const signatureOf = (sid: string, secret: string): string =>
  createHmac('sha256', secret).update(sid).digest('base64').replace(/=+$/, '');
