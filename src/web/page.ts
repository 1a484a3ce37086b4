import { type Request, type RequestHandler, type Response, Router } from 'express';
import { Forbidden, InvalidInput } from '../errors.ts';
import { open, type Requirement } from '../permissions.ts';
import { askAround, formErrors } from './render.ts';
import { ctxOf } from './request.ts';
import { receive, type UploadRule } from './uploads.ts';

/** A way into the house: its prefix is where its pages live, its layout how they look. */
export type Door = { name: 'open' | 'cabinet' | 'admin' | 'support'; prefix: string };

export const doors = {
  open: { name: 'open', prefix: '' },
  cabinet: { name: 'cabinet', prefix: '/cabinet' },
  admin: { name: 'admin', prefix: '/admin' },
  support: { name: 'support', prefix: '/support' },
} as const satisfies Record<string, Door>;

type Handler = (req: Request, res: Response) => Promise<void> | void;
type Method = 'get' | 'post';

export type RouteOptions = {
  /** What it takes to come in. There is no default: nothing is allowed because somebody forgot to say. */
  can: Requirement;
  /** What somebody is told who may not come in, where a link of ours may have led him: a key of the locale files. */
  closed?: string;
  /** Shows the form's page again when the input is refused; `form` then holds what was typed and what is wrong. */
  again?: Handler;
  upload?: UploadRule;
};
export type RouteSpec = { method: Method; path: string; can: Requirement; door: Door['name']; upload: boolean };

export type PageRouter = {
  door: Door;
  router: Router;
  specs: RouteSpec[];
  get(path: string, options: RouteOptions, handler: Handler): PageRouter;
  post(path: string, options: RouteOptions, handler: Handler): PageRouter;
};

/** A module's router behind one door. Paths are relative to the door: `page(doors.admin).get('/users', …)`. */
export function page(door: Door): PageRouter {
  const router = Router();
  const specs: RouteSpec[] = [];
  const add = (method: Method, path: string, options: RouteOptions, handler: Handler): PageRouter => {
    specs.push({
      method,
      path: door.prefix + path,
      can: options.can,
      door: door.name,
      upload: options.upload !== undefined,
    });
    const steps: RequestHandler[] = [guard(options)];
    if (options.upload) steps.push(receive(options.upload));
    router[method](path, ...steps, act(handler, options.again));
    return self;
  };
  const self: PageRouter = {
    door,
    router,
    specs,
    get: (path, options, handler) => add('get', path, options, handler),
    post: (path, options, handler) => add('post', path, options, handler),
  };
  return self;
}

/** Lets in who may. A stranger is sent to log in, a pending person to the page that says where the application stands. */
function guard({ can, closed }: RouteOptions): RequestHandler {
  return (req, res, next) => {
    if (can === open) return next();
    const { actor } = ctxOf(req);
    if (!actor)
      return res.redirect(303, `/login?next=${encodeURIComponent(req.method === 'GET' ? req.originalUrl : '/')}`);
    if (actor.permissions.has(can)) return next();
    if (actor.status === 'pending' && req.method === 'GET') return res.redirect(303, '/cabinet');
    next(new Forbidden(closed === undefined || actor.role === 'user' ? undefined : { key: closed }));
  };
}

function act(handler: Handler, again?: Handler): RequestHandler {
  return async (req, res) => {
    try {
      if (req.method === 'GET') askAround(req);
      await handler(req, res);
    } catch (error) {
      if (!again || !(error instanceof InvalidInput)) throw error;
      req.formState = formErrors(req, error);
      res.status(error.status);
      await again(req, res);
    }
  };
}
