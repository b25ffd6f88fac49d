import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Address } from '../mail/message.ts'
import { newId } from '../platform/ids.ts'
import type { ChannelLink } from './channel.ts'
import { fileChannel } from './testing/example-channel.ts'
import { sendOne } from './testing/send-one.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-adding-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('ADDING.md shows the example as it is', async () => {
  const page = await readFile(new URL('ADDING.md', import.meta.url), 'utf8')
  const example = await readFile(new URL('testing/example-channel.ts', import.meta.url), 'utf8')
  expect(page).toContain(`\`\`\`ts\n${example}\`\`\``)
})

test('the example keeps the contract', async () => {
  const linkTo = (path: string): ChannelLink<{ path: string }> => ({
    id: newId('link'),
    settings: fileChannel.settings.parse({ path }),
    withSecret: () => Promise.reject(new Error('no secret')),
  })
  const link = linkTo(join(folder, 'mail.txt'))
  const to = 'bob@rcpt.test' as Address
  expect(await sendOne(fileChannel, link, to)).toMatchObject({
    outcome: { is: 'accepted', finalHop: false },
    marks: 1,
  })
  expect(await readFile(link.settings.path, 'utf8')).toContain('Subject: Hello\r\n')
  const stopped = await sendOne(fileChannel, link, to, { signal: AbortSignal.abort() })
  expect(stopped).toMatchObject({ outcome: { is: 'deferred' }, marks: 0 })
  const lost = await sendOne(fileChannel, linkTo(join(folder, 'none', 'mail.txt')), to)
  expect(lost).toMatchObject({ outcome: { is: 'uncertain' }, marks: 1 })
  const stages = []
  for await (const { stage, state } of fileChannel.check(link, AbortSignal.timeout(1000)))
    stages.push(`${stage} ${state}`)
  expect(stages).toEqual(['find running', 'find passed'])
})
