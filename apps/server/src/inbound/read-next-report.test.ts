import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDomain } from '../domains/change-domains.ts'
import { readDmarcSummary } from '../domains/dmarc-summary.ts'
import { readDomain } from '../domains/find-domains.ts'
import { platformHosts } from '../domains/platform-hosts.ts'
import { asEngine } from '../platform/database/as-role.ts'
import type { DomainId } from '../platform/ids.ts'
import { createSecrets } from '../platform/secrets.ts'
import { type SeededWorkspace, seedWorkspace } from '../testing/seed-workspace.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { readNextReport } from './read-next-report.ts'
import { startTestInbound, type TestInbound, testHosts } from './testing/start-test-inbound.ts'

const hosts = { ...platformHosts('mail.example'), returnPathHost: testHosts.returnPathHost }
const secrets = createSecrets(['a key for tests alone, 32 or more'])

let database: TestDatabase
let inbound: TestInbound
let seeded: SeededWorkspace
let domainId: DomainId
beforeAll(async () => {
  database = await createTestDatabase()
  seeded = await seedWorkspace(database.db, 'ann@acme.test')
  domainId = await createDomain(
    { db: database.db, secrets, hosts },
    { workspaceId: seeded.workspaceId, typed: 'acme.test' },
  )
  inbound = await startTestInbound(database.db, { reads: false })
})
afterAll(async () => {
  await inbound.stop()
  await database.close()
})

const domain = () => readDomain(database.db, { ...seeded, isAdmin: true, domainId }, hosts)
const summary = async () => readDmarcSummary(database.db, await domain(), seeded.workspaceId)

interface Row {
  readonly source: string
  readonly count: number
  readonly dkim?: { domain: string; selector: string; result: string }
  readonly spf?: { domain: string; result: string }
  readonly aligned: { dkim: boolean; spf: boolean }
}

/** The shape of RFC 7489 appendix C, as the large receivers fill it. */
function reportOf(id: string, rows: readonly Row[], about = 'acme.test'): string {
  const begin = Math.floor(Date.now() / 1000) - 86_400
  const word = (is: boolean) => (is ? 'pass' : 'fail')
  return `<?xml version="1.0" encoding="UTF-8" ?>
<feedback>
  <report_metadata><org_name>google.com</org_name><email>noreply-dmarc-support@google.com</email>
    <report_id>${id}</report_id><date_range><begin>${begin}</begin><end>${begin + 86_399}</end></date_range>
  </report_metadata>
  <policy_published><domain>${about}</domain><adkim>r</adkim><aspf>r</aspf><p>none</p><pct>100</pct></policy_published>
  ${rows
    .map(
      row => `<record>
    <row><source_ip>${row.source}</source_ip><count>${row.count}</count><policy_evaluated>
      <disposition>none</disposition><dkim>${word(row.aligned.dkim)}</dkim><spf>${word(row.aligned.spf)}</spf></policy_evaluated></row>
    <identifiers><header_from>acme.test</header_from></identifiers>
    <auth_results>
      ${row.dkim ? `<dkim><domain>${row.dkim.domain}</domain><selector>${row.dkim.selector}</selector><result>${row.dkim.result}</result></dkim>` : ''}
      ${row.spf ? `<spf><domain>${row.spf.domain}</domain><result>${row.spf.result}</result></spf>` : ''}
    </auth_results></record>`,
    )
    .join('\n')}
</feedback>`
}

/** A zip of one file, without sizes in its local header, as streaming writers make it. */
function zipOf(text: string, claimedSize?: number): Buffer {
  const [plain, packed, name] = [Buffer.from(text), deflateRawSync(text), Buffer.from('report.xml')]
  const local = Buffer.alloc(30)
  local.writeUInt32LE(0x04034b50, 0)
  local.writeUInt16LE(8, 6)
  local.writeUInt16LE(8, 8)
  local.writeUInt16LE(name.length, 26)
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(0x02014b50, 0)
  entry.writeUInt16LE(8, 10)
  entry.writeUInt32LE(crc32(plain), 16)
  entry.writeUInt32LE(packed.length, 20)
  entry.writeUInt32LE(claimedSize ?? plain.length, 24)
  entry.writeUInt16LE(name.length, 28)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(entry.length + name.length, 12)
  end.writeUInt32LE(local.length + name.length + packed.length, 16)
  return Buffer.concat([local, name, packed, entry, name, end])
}

/** As a receiver sends it, to the address of the domain; then everything that waits is read. */
async function send(content: Buffer | string, contentType = 'application/gzip'): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port: inbound.listener.port, ignoreTLS: true })
  const to = (await domain()).reportAddress
  await transport.sendMail({
    ...{
      from: 'noreply@receiver.test',
      to,
      subject: 'Report domain: acme.test',
      text: 'See the attachment.',
    },
    attachments: [{ filename: 'report', content, contentType }],
  })
  transport.close()
  const parts = { db: database.db, ...hosts, ownAddresses: async () => ['192.0.2.10'] }
  while (await readNextReport(parts));
}

async function ignored(): Promise<string[]> {
  const found = await asEngine(database.db, tx =>
    sql<{ error: string }>`select report->>'error' as error from fairlead.notice
      where source = 'dmarc' and state = 'ignored' order by received_at, id`.execute(tx),
  )
  return found.rows.map(row => row.error)
}

const both = { dkim: true, spf: true }
const neither = { dkim: false, spf: false }

describe('aggregate reports', () => {
  test('are added up by source, known as our own by what passed, and show what p=reject would have done', async () => {
    const { signing, envelope } = await domain()
    const selector = (await domain()).records[0]?.name.split('.')[0] ?? ''
    expect(signing.state).toBe('off')
    await send(
      gzipSync(
        reportOf('one', [
          { source: '192.0.2.10', count: 5, aligned: both },
          {
            ...{ source: '198.51.100.7', count: 2, aligned: both },
            dkim: { domain: 'acme.test', selector, result: 'pass' },
            spf: { domain: envelope.host, result: 'pass' },
          },
          {
            source: '203.0.113.9',
            count: 4,
            aligned: neither,
            spf: { domain: 'bulk.example.com', result: 'pass' },
          },
          // A forger may name our return-path host and our selector; what failed is no mark of ours.
          {
            ...{ source: '203.0.113.66', count: 1, aligned: neither },
            dkim: { domain: 'acme.test', selector, result: 'fail' },
            spf: { domain: envelope.host, result: 'fail' },
          },
        ]),
      ),
    )
    const shown = await summary()
    expect(shown).toMatchObject({ reports: 1, reporters: ['google.com'], messages: 12, passed: 7 })
    expect(
      shown.sources.map(one => [one.address, one.organisation, one.channel, one.messages, one.passed]),
    ).toEqual([
      ['192.0.2.10', 'mail.example', 'managed', 5, 5],
      ['203.0.113.9', 'example.com', null, 4, 0],
      ['198.51.100.7', 'mail.example', 'managed', 2, 2],
      ['203.0.113.66', 'unknown', null, 1, 0],
    ])
    expect(shown.channels).toMatchObject([{ channel: 'managed', messages: 7, failed: 0 }])
    expect(shown.ifRejected).toMatchObject({ refused: 5, ours: 0 })
    expect(shown.ifRejected.sentence).toContain('none of them sent with Fairlead')
  })

  test('that come twice count once; zip and plain XML are read as well', async () => {
    await send(gzipSync(reportOf('one', [{ source: '192.0.2.10', count: 500, aligned: both }])))
    expect((await summary()).messages).toBe(12)
    await send(
      zipOf(reportOf('two', [{ source: '192.0.2.10', count: 3, aligned: neither }])),
      'application/zip',
    )
    await send(reportOf('three', [{ source: '2001:db8::9', count: 1, aligned: both }]), 'text/xml')
    const shown = await summary()
    expect(shown).toMatchObject({ reports: 3, messages: 16, ifRejected: { refused: 8, ours: 3 } })
    expect(shown.channels).toMatchObject([
      { messages: 10, failed: 3, sentence: expect.stringContaining('3 of 10') },
    ])
  })

  test.each<[string, () => Buffer | string, RegExp]>([
    ['about another domain', () => gzipSync(reportOf('x', [], 'evil.test')), /about evil\.test/],
    ['a bomb in gzip', () => gzipSync(Buffer.alloc(200_000_000, 32)), /larger|maxOutputLength/i],
    [
      'a bomb in a zip that lies about its size',
      () => zipOf(' '.repeat(100_000_000), 10),
      /larger|maxOutputLength/i,
    ],
    [
      'entities that multiply',
      () =>
        gzipSync(
          `<?xml version="1.0"?><!DOCTYPE feedback [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><feedback><report_metadata><org_name>&b;</org_name></report_metadata></feedback>`,
        ),
      /entity/i,
    ],
    [
      'a file of this machine',
      () =>
        `<?xml version="1.0"?><!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]><feedback><policy_published><domain>&x;</domain></policy_published></feedback>`,
      /entity/i,
    ],
    ['endless depth', () => gzipSync(`<feedback>${'<a>'.repeat(100_000)}`), /too deep/],
    ['no XML at all', () => Buffer.from('hello'), /No aggregate report/],
    ['a torn archive', () => zipOf(reportOf('t', [])).subarray(0, 60), /archive/],
  ])('%s is kept as ignored, with the reason', async (_what, content, reason) => {
    const before = await summary()
    await send(content())
    expect((await ignored()).at(-1)).toMatch(reason)
    expect(await summary()).toEqual(before)
  })
})
