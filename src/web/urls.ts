/**
 * The page's own address with some query parameters replaced: `withQuery(url, { sort: 'name', after: null })`.
 * Null, undefined and an empty string remove one; an array gives one per value. Filters, sort and page stay as they are.
 */
export function withQuery(url: string, changes: Record<string, unknown>): string {
  const [path = '', query = ''] = String(url ?? '').split('?');
  const params = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    params.delete(name);
    for (const one of [value].flat()) {
      if (one !== null && one !== undefined && one !== '') params.append(name, String(one));
    }
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}
