import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestInbound, type TestInbound } from '../inbound/testing/start-test-inbound.ts'
import { leaseTimes, takeWorkerLease } from '../outbox/worker-lease.ts'
import { has } from '../testing/needs.ts'
import { startBind } from '../testing/start-bind.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { runFairlead } from './testing/run-fairlead.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

interface Findings {
  readonly isGood: boolean
  readonly checks: readonly { what: string; todo: string | null }[]
}

const key = 'a-key-for-tests-alone-32-or-more-characters'
const base = () => ({ FAIRLEAD_DATABASE_URL: database.url, FAIRLEAD_APP_KEYS: key })
async function doctor(settings: Record<string, string>): Promise<Findings & { code: number | null }> {
  const { code, stdout } = await runFairlead({ ...base(), ...settings }, [
    'doctor',
    '--json',
    '--outside',
    'outside.example',
  ])
  return { code, ...(JSON.parse(stdout) as Findings) }
}

it('in sandbox asks for nothing but a worker', async () => {
  const { code, stdout, stderr } = await runFairlead(base(), ['doctor'])
  expect(code).toBe(1)
  expect(stdout).toContain('Sandbox mode: mail goes to the simulator')
  expect(stdout).toContain('MEND  A worker runs\n      Nothing leaves without one. Start it: npm start')
  expect(stderr).toContain('1 of 4 checks need something.')
})

describe.runIf(has('bind'))('in live mode', () => {
  const mailDomain = 'mail.acme.example'
  let inbound: TestInbound
  beforeAll(async () => {
    const hosts = { mailDomain, returnPathHost: `bounces.${mailDomain}`, keys: [] }
    inbound = await startTestInbound(database.db, { hosts, reads: false })
  })
  afterAll(() => inbound.stop())

  const live = (dnsServer: string) => ({
    FAIRLEAD_MODE: 'live',
    FAIRLEAD_MAIL_DOMAIN: mailDomain,
    FAIRLEAD_PUBLIC_URL: 'https://fairlead.acme.example',
    FAIRLEAD_DNS_SERVERS: dnsServer,
    FAIRLEAD_INBOUND_PORT: String(inbound.listener.port),
    FAIRLEAD_MX_PORT: String(inbound.listener.port),
  })

  it('names each record that is missing, as it has to be made', async () => {
    const bind = await startBind({ 'acme.example': [] })
    const { code, checks } = await doctor(live(bind.address))
    await bind.stop()
    expect(code).toBe(1)
    const todo = checks.map(check => check.todo).join('\n')
    expect(todo).toContain(`Add an A record for ${mailDomain}`)
    expect(todo).toContain(`Add this record: bounces.${mailDomain} MX 10 ${mailDomain}. Found: nothing.`)
    expect(todo).toContain(`"v=spf1 a:${mailDomain} -all"`)
    expect(todo).toMatch(
      /Put this TXT record at fairlead\._domainkey\.mail\.acme\.example: "v=DKIM1; k=rsa; p=\S+"/,
    )
    expect(todo).toContain('"v=DMARC1; p=reject; adkim=s; aspf=r"')
    expect(todo).toContain(
      `Put this TXT record at *._report._dmarc.bounces.${mailDomain}: "v=DMARC1". Found: nothing.`,
    )
  })

  it('finds everything in order once the records stand', async () => {
    const lease = await takeWorkerLease(database.db, {
      ...{ name: 'doctor test', times: leaseTimes },
      onError: () => undefined,
    })
    const bare = await startBind({ 'acme.example': [] })
    const before = await doctor(live(bare.address))
    await bare.stop()
    const record =
      before.checks.map(check => /"(v=DKIM1[^"]+)"/.exec(check.todo ?? '')?.[1]).find(Boolean) ?? ''
    const strings = (record.match(/.{1,250}/g) ?? []).map(part => `"${part}"`).join(' ')
    const bind = await startBind({
      'acme.example': [
        'mail A 127.0.0.1',
        'bounces.mail MX 10 mail',
        `bounces.mail TXT "v=spf1 a:${mailDomain} -all"`,
        `fairlead._domainkey.mail TXT ( ${strings} )`,
        '_dmarc.mail TXT "v=DMARC1; p=reject"',
        '*._report._dmarc.bounces.mail TXT "v=DMARC1"',
      ],
      '0.0.127.in-addr.arpa': [`1 PTR ${mailDomain}.`],
      'outside.example': ['@ MX 10 mx', 'mx A 127.0.0.1'],
    })
    const after = await doctor(live(bind.address))
    await bind.stop()
    await lease.release()
    expect(after.checks.filter(check => check.todo !== null)).toEqual([])
    expect(after).toMatchObject({ code: 0, isGood: true })
    expect(after.checks).toHaveLength(14)
  })
})
