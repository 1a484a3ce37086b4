import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { Ctx } from '../../ctx.ts';
import { keepUpdate } from './updates.ts';

const Update = z.looseObject({ update_id: z.int().min(0) });

/** Where Telegram calls, on BASE_URL. */
export const webhookPath = '/telegram/webhook';

/**
 * The one door that asks for no session and no Origin: whoever knows the secret is Telegram. An update is kept and answered with 200; the
 * work is a job's. When it cannot be kept Telegram hears of it, and calls again.
 */
export function telegramWebhook(secret: string, ctx: () => Ctx): Router {
  const keep: RequestHandler = async (req, res) => {
    const update = Update.safeParse(req.body);
    if (!update.success) return void res.status(400).end();
    await keepUpdate(ctx(), update.data);
    res.status(200).end();
  };
  return Router().post(webhookPath, onlyWith(secret), express.json({ limit: '1mb' }), keep);
}

// Before the body is read: a stranger's bytes are not worth parsing. Hashes are of one length and are compared in constant time.
const onlyWith =
  (secret: string): RequestHandler =>
  (req, res, next) => {
    const given = req.get('x-telegram-bot-api-secret-token') ?? '';
    if (timingSafeEqual(hashOf(given), hashOf(secret))) return next();
    res.status(401).end();
  };

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
