import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appKeysOf } from './app-keys.ts'
import { readConfig } from './config.ts'

const key = 'k'.repeat(40)
const live = {
  FAIRLEAD_MODE: 'live',
  FAIRLEAD_MAIL_DOMAIN: 'Mail.Bücher.example.',
  FAIRLEAD_PUBLIC_URL: 'https://app.example.com/',
  FAIRLEAD_APP_KEYS: `${key},${'o'.repeat(40)}`,
}

function complaint(environment: Record<string, string>): string {
  try {
    readConfig(environment)
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return ''
}

test('an empty environment is a sandbox', () => {
  expect(readConfig({})).toMatchObject({
    mode: 'sandbox',
    http: { host: '127.0.0.1', port: 3000 },
    database: null,
    inbound: { host: '127.0.0.1', port: 0, mailboxConnections: 200 },
    mail: { domain: 'mail.fairlead.test', dnsServers: null, mxPort: null, smartHost: null },
    appKeys: [],
  })
})

test('an empty value is none', () => {
  expect(readConfig({ FAIRLEAD_PORT: ' ', FAIRLEAD_MODE: '' }).http.port).toBe(3000)
})

test('live mode has its own defaults', () => {
  expect(readConfig(live)).toMatchObject({
    publicUrl: 'https://app.example.com',
    inbound: { host: null, port: 25, mailboxConnections: 200 },
    mail: { domain: 'mail.xn--bcher-kva.example', mxPort: 25 },
  })
})

test('live mode names everything that is missing at once', () => {
  const text = complaint({ FAIRLEAD_MODE: 'live' })
  for (const name of ['FAIRLEAD_MAIL_DOMAIN', 'FAIRLEAD_PUBLIC_URL', 'FAIRLEAD_APP_KEYS']) {
    expect(text).toContain(`${name} is missing`)
  }
})

test.each([
  ['FAIRLEAD_PORT', '70000'],
  ['FAIRLEAD_PORT', '-1'],
  ['FAIRLEAD_MODE', 'production'],
  ['FAIRLEAD_PUBLIC_URL', 'ftp://example.com'],
  ['FAIRLEAD_MAIL_DOMAIN', 'localhost'],
  ['FAIRLEAD_MAIL_DOMAIN', 'a b.example'],
  ['FAIRLEAD_MAIL_DOMAIN', '192.0.2.1'],
  ['FAIRLEAD_DNS_SERVERS', '127.0.0.1:0'],
  ['FAIRLEAD_DNS_SERVERS', 'ns.example.com'],
  ['FAIRLEAD_TRUSTED_PROXIES', '10.0.0.0/33'],
  ['FAIRLEAD_ALLOW_PRIVATE_HOSTS', 'mail.example.com'],
  ['FAIRLEAD_MX_PORT', '0'],
])('%s=%s is refused with its value and what to do', (name, value) => {
  const text = complaint({ [name]: value })
  expect(text).toContain(`  ${name} is not valid: ${JSON.stringify(value)}. Give `)
})

test.each([
  ['FAIRLEAD_APP_KEYS', 'short-secret'],
  ['FAIRLEAD_DATABASE_URL', 'mysql://root:hunter2@db'],
  ['FAIRLEAD_SMART_HOST', 'http://user:hunter2@relay'],
])('%s is never quoted', (name, value) => {
  const text = complaint({ [name]: value })
  expect(text).toContain(`${name} is not valid (its value is not shown)`)
  expect(text).not.toContain(value)
})

test('the same app key twice is refused', () => {
  expect(complaint({ FAIRLEAD_APP_KEYS: `${key},${key}` })).toContain('holds a key twice')
})

test('a direct URL alone is refused', () => {
  expect(complaint({ FAIRLEAD_DATABASE_DIRECT_URL: 'postgres://db/x' })).toContain('Set both, or none')
})

test('lists of addresses and networks are read with and without ports and lengths', () => {
  const config = readConfig({
    FAIRLEAD_DNS_SERVERS: '127.0.0.1:5301, ::1,[::1]:53',
    FAIRLEAD_ALLOW_PRIVATE_HOSTS: '127.0.0.1,10.0.0.0/8 fd00::/8',
  })
  expect(config.mail.dnsServers).toEqual(['127.0.0.1:5301', '::1', '[::1]:53'])
  expect(config.mail.allowPrivateHosts).toEqual(['127.0.0.1/32', '10.0.0.0/8', 'fd00::/8'])
})

test('a misspelt name is reported', () => {
  expect(readConfig({ FAIRLEAD_PROT: '1', FAIRLEAD_FAILPOINTS: '' }).unknownNames).toEqual(['FAIRLEAD_PROT'])
})

test('sandbox keeps the key it made, for its owner alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-keys-'))
  try {
    const config = readConfig({ FAIRLEAD_DATA: folder })
    const made = appKeysOf(config)
    expect(made[0]?.length).toBeGreaterThanOrEqual(32)
    expect(appKeysOf(config)).toEqual(made)
    expect(statSync(join(folder, 'app-key')).mode & 0o777).toBe(0o600)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
