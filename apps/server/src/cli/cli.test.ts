import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { variables } from '../platform/config-variables.ts'
import { createSecrets } from '../platform/secrets.ts'
import { createAuth } from '../team/auth.ts'
import { createKeyRing } from '../team/key-ring.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { runFairlead } from './testing/run-fairlead.ts'

const key = 'a key for tests alone, 32 or more'.replaceAll(' ', '-').replaceAll(',', '')
let database: TestDatabase
let folder: string
let settings: Record<string, string>

beforeAll(async () => {
  database = await createTestDatabase()
  folder = mkdtempSync(join(tmpdir(), 'fairlead-cli-'))
  settings = { FAIRLEAD_DATABASE_URL: database.url, FAIRLEAD_DATA: folder, FAIRLEAD_APP_KEYS: key }
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

const fairlead = (...args: string[]) => runFairlead(settings, args)
const refused = (stderr: string) => ({ code: 1, stdout: '', stderr: `${stderr}\n` })
const offer = ['--subject', 'Offer', '--text', 'Good morning']

describe('before there is a workspace', () => {
  it('every command says how to make one', async () => {
    const sentence =
      'There is no workspace yet. Make one: npx fairlead workspace create "Acme" --email you@acme.example'
    for (const command of [
      ['send', '--to', 'carl@north.example', ...offer],
      ['send', '--to', 'carl@north.example', ...offer, '--from', 'ann@acme.example'],
      ['member', 'add', 'ann@acme.example'],
      ['api-key', 'create', '--email', 'ann@acme.example'],
    ]) {
      expect(await fairlead(...command)).toEqual(refused(sentence))
    }
  })
})

describe('a workspace, from nothing to an explained email', () => {
  it('is made, with an admin who can send', async () => {
    const made = await fairlead('workspace', 'create', 'Acme', '--email', 'ann.lee@acme.example')
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^wsp_[0-9a-f-]{36}\n$/) })
    const sent = await fairlead(
      'send',
      '--to',
      'carl@north.example, "Berg, Dora" <dora@north.example>',
      ...offer,
    )
    expect(sent).toEqual({ code: 0, stdout: expect.stringMatching(/^eml_[0-9a-f-]{36}\n$/), stderr: '' })
    const explained = await fairlead('explain', sent.stdout.trim())
    expect(explained.stdout).toContain('From: Ann Lee <ann.lee@acme.example>')
    expect(explained.stdout).toContain(
      'to: carl@north.example\n  Waiting.\n  Next: It leaves as soon as its turn comes.',
    )
    expect(explained.stdout).toContain('to: dora@north.example')
    expect(explained.stdout).toMatch(/Events:\n {2}\S+ \S+ UTC {2}Released to the outbox \(by cli\)/)
  })

  it('answers explain --json as the API would', async () => {
    const sent = await fairlead(
      'send',
      '--to',
      'carl@north.example',
      ...offer,
      '--at',
      '2999-01-01T00:00:00Z',
    )
    expect(sent.stderr).toContain('at most 366 days')
    const later = new Date(Date.now() + 86_400_000).toISOString()
    const { stdout: id } = await fairlead('send', '--to', 'carl@north.example', ...offer, '--at', later)
    const { stdout } = await fairlead('explain', id.trim(), '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      id: id.trim(),
      state: 'scheduled',
      sendAt: later,
      deliveries: [],
    })
  })

  it('takes content from standard input and files as attachments', async () => {
    const file = join(folder, 'Offer.pdf')
    writeFileSync(file, '%PDF')
    const args = ['send', '--to', 'carl@north.example', '--subject', 'x', '--text', '-', '--attach', file]
    const sent = await runFairlead(settings, args, { input: 'From a pipe' })
    const { stdout } = await fairlead('explain', sent.stdout.trim(), '--json')
    expect(JSON.parse(stdout).attachments).toEqual([
      { filename: 'Offer.pdf', contentType: 'application/pdf', bytes: 4 },
    ])
    const missing = await fairlead('send', '--to', 'c@north.example', ...offer, '--attach', '/no/such/file')
    expect(missing).toEqual(refused('The file /no/such/file cannot be read (ENOENT).'))
  })

  it('gets members, whose identity somebody has to vouch for', async () => {
    const added = await fairlead('member', 'add', 'ben@acme.example')
    expect(added).toMatchObject({ code: 0, stdout: expect.stringMatching(/^mbr_/) })
    expect(await fairlead('member', 'add', 'ben@acme.example')).toEqual(
      refused('ben@acme.example is a member of Acme already.'),
    )
    const send = ['send', '--to', 'carl@north.example', ...offer, '--from', 'ben@acme.example']
    expect((await fairlead(...send)).stderr).toContain('npx fairlead identity vouch ben@acme.example')
    expect((await fairlead('identity', 'vouch', 'Ben@ACME.example')).code).toBe(0)
    expect((await fairlead(...send)).code).toBe(0)
  })

  it('gives out a key alone, and the key is its member', async () => {
    const { stdout, stderr } = await fairlead(
      'api-key',
      'create',
      '--email',
      'ben@acme.example',
      '--days',
      '30',
    )
    expect(stdout).toMatch(/^flk_[A-Za-z0-9]{40}\n$/)
    expect(stderr).toBe('')
    const auth = createAuth({ db: database.db, secrets: createSecrets([key]) })
    const caller = await createKeyRing({ db: database.db, auth }).verify(stdout.trim())
    expect(caller).toMatchObject({ memberAddress: 'ben@acme.example', role: 'rep' })
  })

  it('says that nothing leaves while no worker runs, and does not wait for ever', async () => {
    const sent = await fairlead('send', '--to', 'carl@north.example', ...offer, '--wait', '1')
    expect(sent.code).toBe(0)
    expect(sent.stderr).toContain('Nothing leaves yet, because no worker runs. Start one: npm start')
    expect(sent.stderr).toContain('Not everything has an end after 1 seconds.')
  })

  it('is asked for by name where there are several', async () => {
    await fairlead('workspace', 'create', 'Other', '--email', 'ann.lee@acme.example')
    const sentence = 'There are several workspaces (Acme, Other). Say who sends: --from <address>'
    expect(await fairlead('send', '--to', 'carl@north.example', ...offer)).toEqual(refused(sentence))
    const both =
      'ann.lee@acme.example is a member of several workspaces (Acme, Other). Say which: --workspace <name>'
    expect(await fairlead('api-key', 'create', '--email', 'ann.lee@acme.example')).toEqual(refused(both))
    const one = await fairlead('api-key', 'create', '--email', 'ann.lee@acme.example', '--workspace', 'Other')
    expect(one.code).toBe(0)
  })
})

describe('wrong input', () => {
  it.each([
    [
      'an address',
      ['workspace', 'create', 'X', '--email', 'ann'],
      'ann is not an email address: it has no @.',
    ],
    ['an empty name', ['workspace', 'create', ' ', '--email', 'a@acme.example'], 'Give a name.'],
    ['an id', ['explain', 'nonsense'], 'There is no email nonsense.'],
    ['an unknown id', ['explain', 'eml_01990000-0000-7000-8000-000000000000'], 'There is no email eml_0199'],
    [
      'a role',
      ['start', '--role', 'http,cook'],
      'There is no role cook. Roles are http, worker and inbound.',
    ],
    [
      'days',
      ['api-key', 'create', '--email', 'a@acme.example', '--days', '1.5'],
      'Give --days as a whole number',
    ],
    [
      'a time',
      ['send', '--to', 'c@north.example', ...offer, '--at', 'tomorrow'],
      'The time tomorrow is not understood.',
    ],
    ['a wait', ['send', '--to', 'c@north.example', ...offer, '--wait', 'long'], 'Give --wait in seconds'],
    [
      'a member',
      ['api-key', 'create', '--email', 'zoe@acme.example'],
      'There is no member zoe@acme.example.',
    ],
    ['no recipient', ['send', '--to', ',', ...offer, '--workspace', 'Acme'], 'Put at least one address'],
    [
      'a header in the subject',
      [
        'send',
        '--to',
        'c@north.example',
        '--subject',
        'a\r\nBcc: x@evil.example',
        '--text',
        'x',
        '--workspace',
        'Acme',
      ],
      'The field subject must be a single line',
    ],
  ])('%s: a sentence, exit code 1, no stack', async (_, args, sentence) => {
    const { code, stdout, stderr } = await fairlead(...args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(sentence)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it('a wrong setting is named, its secret is not', async () => {
    const wrong = { ...settings, FAIRLEAD_PORT: 'http', FAIRLEAD_DATABASE_URL: 'mysql://u:hunter2@h/d' }
    const { code, stderr } = await runFairlead(wrong, ['explain', 'x'])
    expect(code).toBe(1)
    expect(stderr).toContain('FAIRLEAD_PORT is not valid: "http".')
    expect(stderr).not.toContain('hunter2')
  })

  it('an unknown command shows the ones there are', async () => {
    const { code, stderr } = await fairlead('sned')
    expect(code).toBe(1)
    expect(stderr).toContain('Did you mean send?')
  })
})

it('start --help names every setting', async () => {
  const { stdout, code } = await fairlead('start', '--help')
  expect(code).toBe(0)
  for (const name of Object.keys(variables)) expect(stdout).toContain(`  ${name}\n`)
})

it('a Node that cannot run the program, with no other at hand, is told in a sentence', async () => {
  const flags = ['--no-experimental-strip-types']
  const { code, stderr } = await runFairlead(settings, ['--help'], { nodeFlags: flags })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^Fairlead needs Node 22\.19 or newer, and this is v.*\. Run "npm ci"/)
})
