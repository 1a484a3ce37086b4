const browsers: [RegExp, string][] = [
  [/YaBrowser\//, 'Yandex Browser'],
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const systems: [RegExp, string][] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux|X11/, 'Linux'],
];

/** `Chrome, Android` from a User-Agent; null when it says nothing we know. */
export function describeBrowser(userAgent: string | null): string | null {
  if (!userAgent) return null;
  const name = (of: [RegExp, string][]) => of.find(([sign]) => sign.test(userAgent))?.[1];
  return [name(browsers), name(systems)].filter(Boolean).join(', ') || null;
}
