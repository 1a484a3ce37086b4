// This page as it is now; null when it cannot be had. Nobody has read what a page fetched by itself, so it says so.
export async function fetchPage() {
  const answer = await fetch(location.href, { headers: { 'x-live': '1' } });
  if (!answer.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}
