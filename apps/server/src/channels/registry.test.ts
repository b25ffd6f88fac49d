import { expect, test } from 'vitest'
import { addressGuard } from '../transports/address-guard.ts'
import { createDnsClient } from '../transports/dns/client.ts'
import { closeChannels, createChannels } from './registry.ts'

test('every channel stands under its own kind, knows its settings and can be closed', async () => {
  const around = { dns: createDnsClient(), guard: addressGuard(), ehloName: 'out.sender.test' }
  const channels = createChannels({ managed: { ...around, mxPort: 25 }, smtp: around })
  for (const [kind, channel] of channels) expect(channel.kind).toBe(kind)
  const channel = channels.get('managed')
  expect(channel?.settings.safeParse({}).success).toBe(true)
  expect(channel?.settings.safeParse({ host: 'x' }).success).toBe(false)
  expect(channel?.traits({})).toMatchObject({
    handsOver: 'per-recipient',
    returnPath: 'ours',
    maxBytes: 26_214_400,
  })
  await closeChannels(channels)
})
