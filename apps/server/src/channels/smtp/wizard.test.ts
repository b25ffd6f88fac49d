import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Address } from '../../mail/message.ts'
import { has } from '../../testing/needs.ts'
import { type FailingServers, startFailingServers } from '../../testing/start-failing-servers.ts'
import { a, type NameServer, startNameServer } from '../../transports/testing/name-server.ts'
import type { CheckStage } from '../channel.ts'
import { smtpChannel, smtpLink } from './testing/smtp-link.ts'

const user = 'ann@sender.test' as Address

describe.runIf(has('postfix', 'dovecot'))('the check of a real server that fails', () => {
  let servers: FailingServers
  let names: NameServer
  let channel: ReturnType<typeof smtpChannel>

  beforeAll(async () => {
    servers = await startFailingServers(user)
    const zone = servers.hosts.map(host => [`A ${host}`, [a(host, servers.address)]] as const)
    names = await startNameServer({ ...Object.fromEntries(zone), 'A gone.sender.test': 'NXDOMAIN' })
    channel = smtpChannel({ dnsServer: names.address, authority: servers.authority })
  })
  afterAll(async () => {
    await channel?.close?.()
    await names?.close()
    await servers?.stop()
  })

  test('stops each at a stage of its own kind, with a sentence and a first fix of its own', async () => {
    const answers = servers.all.map(({ told: [stage, sentence] }) => `${stage} ${sentence}`)
    expect(new Set(answers).size).toBe(answers.length)
    const shown = []
    for (const server of servers.all) {
      await server.prepare?.()
      const stages = await stagesOf(server.settings, server.password)
      const last = stages.at(-1)
      const told = [last?.stage, last?.sentence?.code, last?.fixes?.[0]?.code]
      shown.push({ name: server.name, told })
      expect(
        stages.slice(0, -1).filter(({ state }) => state === 'failed'),
        server.name,
      ).toEqual([])
      expect(JSON.stringify(stages), server.name).not.toContain(server.password)
    }
    expect(shown).toEqual(servers.all.map(({ name, told }) => ({ name, told })))
  }, 120_000)

  async function stagesOf(settings: Parameters<typeof smtpLink>[0], password: string) {
    const stages: CheckStage[] = []
    const senders = [{ name: 'Ann', address: user }]
    const link = smtpLink(settings, password)
    for await (const stage of channel.check(link, AbortSignal.timeout(20_000), { senders }))
      if (stage.state !== 'running') stages.push(stage)
    return stages
  }
})
