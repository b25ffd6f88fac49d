const browsers = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'] as const
const shown: Readonly<Record<string, string>> = { Edg: 'Edge', OPR: 'Opera' }
const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS/, 'macOS'],
  [/Linux/, 'Linux'],
]

/** "Firefox, Windows" from what a browser calls itself; its own words where we do not know it. */
export function browserName(userAgent: string | null): string {
  if (userAgent === null) return '?'
  const browser = browsers.find(name => userAgent.includes(`${name}/`))
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1]
  if (browser === undefined) return userAgent.slice(0, 60)
  return [shown[browser] ?? browser, system].filter(Boolean).join(', ')
}
