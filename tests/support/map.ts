import { routeSpecs } from '../../src/routes.ts';
import type { RouteSpec } from '../../src/web/page.ts';

const map = routeSpecs().map((spec) => ({ spec, pattern: patternOf(spec.path) }));

/** The route that answers this request; one without parameters before one with. */
export function routeOf(method: string, path: string): RouteSpec | null {
  const [pathname = ''] = path.split(/[?#]/);
  const found = map.filter(({ spec, pattern }) => spec.method === method && pattern.test(pathname));
  return found.sort((a, b) => weight(a.spec) - weight(b.spec))[0]?.spec ?? null;
}

const weight = ({ path }: RouteSpec): number => path.split('/:').length;

function patternOf(path: string): RegExp {
  const segments = path
    .replace(/\/$/, '')
    .split('/')
    .map((segment) => (segment.startsWith(':') ? '[^/]+' : segment.replaceAll('.', '\\.')));
  return new RegExp(`^${segments.join('/')}/?$`);
}
