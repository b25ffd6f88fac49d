import { generateKeyPairSync } from 'node:crypto'
import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openBench } from '../testing/with-simulator.ts'

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'simulator-'))
})
afterEach(() => rm(data, { recursive: true, force: true }))

const mail = (to: string, text = 'Hi') => ({ from: 'a@b.example', to, subject: 'S', text })

test('a restart keeps messages and zone, forgets half-received files and a torn last line', async () => {
  const first = await openBench({ data })
  await first.transport.sendMail(mail('kept@acme.example'))
  await first.client.wait({ to: 'kept@acme.example', verdicts: true })
  await first.client.putZone([{ name: 'x.example', type: 'TXT', data: 'still here' }])
  await first.close()
  await appendFile(join(data, 'received.jsonl'), '{"took":{"id":"torn"')
  await writeFile(join(data, 'received', 'half.eml'), 'x')
  const second = await openBench({ data })
  const { messages } = await second.client.received()
  expect(messages).toMatchObject([{ subject: 'S', verdicts: { state: 'done' } }])
  expect(await readdir(join(data, 'received'))).toEqual([`${messages[0]?.id}.eml`])
  expect(await (await fetch(`${second.simulator.control}/zone`)).json()).toMatchObject([
    { data: ['still here'] },
  ])
  await second.close()
})

test('the oldest go when there are too many, or too many bytes', async () => {
  const bench = await openBench({ data, maxMessages: 3, maxBytes: 10_000 })
  for (const n of [1, 2, 3, 4, 5]) await bench.transport.sendMail(mail(`n${n}@acme.example`))
  await expect.poll(() => readdir(join(data, 'received')).then(f => f.length)).toBe(3)
  const { messages } = await bench.client.received({ order: 'asc' })
  expect(messages.map(m => m.recipients[0]?.address)).toEqual(
    ['n3', 'n4', 'n5'].map(n => `${n}@acme.example`),
  )
  await bench.transport.sendMail(mail('big@acme.example', 'x'.repeat(9_500)))
  await expect.poll(() => readdir(join(data, 'received')).then(f => f.length)).toBe(1)
  await bench.close()
})

test('SPF, DKIM and DMARC are judged by the simulator’s own names', async () => {
  const bench = await openBench({ data })
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const p = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  await bench.client.putZone([
    { name: 's1._domainkey.acme.example', type: 'TXT', data: `v=DKIM1; k=rsa; p=${p}` },
    { name: '_dmarc.acme.example', type: 'TXT', data: 'v=DMARC1; p=reject' },
    { name: 'returns.acme.example', type: 'TXT', data: 'v=spf1 ip4:127.0.0.1 -all' },
  ])
  const signed = {
    ...mail('judged@other.example'),
    from: 'ann@acme.example',
    envelope: { from: 'b-1@returns.acme.example', to: ['judged@other.example'] },
  }
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  await bench.transport.sendMail({
    ...signed,
    dkim: { domainName: 'acme.example', keySelector: 's1', privateKey: key },
  })
  const [good] = await bench.client.wait({ to: 'judged@other.example', verdicts: true })
  expect(good?.verdicts).toMatchObject({
    state: 'done',
    spf: { result: 'pass', domain: 'returns.acme.example' },
    dkim: [{ result: 'pass', domain: 'acme.example', selector: 's1', isAligned: true }],
    dmarc: { result: 'pass', policy: 'reject' },
  })
  await bench.transport.sendMail({
    ...signed,
    envelope: { from: 'x@acme.example', to: ['forged@other.example'] },
  })
  const [forged] = await bench.client.wait({ to: 'forged@other.example', verdicts: true })
  expect(forged?.verdicts).toMatchObject({ dmarc: { result: 'fail' } })
  await bench.close()
})
