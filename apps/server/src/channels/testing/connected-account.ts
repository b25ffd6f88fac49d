import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator } from '@fairlead/simulator'
import { SimulatorClient, type SimulatorSettings, sandboxClient } from '@fairlead/simulator/client'
import { newId } from '../../platform/ids.ts'
import { addressGuard } from '../../transports/address-guard.ts'
import { createRestClient, type RestClient } from '../../transports/rest/client.ts'
import { newProofKey } from '../../transports/rest/oauth.ts'
import { type AccountSettings, accountSettings } from '../account-settings.ts'
import type { ChannelLink, DeliveryChannel } from '../channel.ts'
import { createGmailChannel } from '../gmail/channel.ts'
import { createMicrosoftChannel } from '../microsoft/channel.ts'

/** The simulated providers, and channels that speak to them and to nothing else. */
export interface AccountBench {
  readonly client: SimulatorClient
  readonly api: string
  readonly rest: RestClient
  readonly channels: Readonly<Record<'gmail' | 'microsoft', DeliveryChannel<AccountSettings>>>
  close(): Promise<void>
}

export async function openAccounts(settings: Partial<SimulatorSettings> = {}): Promise<AccountBench> {
  const data = await mkdtemp(join(tmpdir(), 'accounts-'))
  const short = { bounceAfterMs: 5, replyAfterMs: 5, autoreplyAfterMs: 5, slowMs: 20 }
  const simulator = await startSimulator({ data, settings: { ...short, ...settings } })
  const { hostname, port } = new URL(simulator.api)
  const rest = createRestClient(addressGuard({ only: [{ address: hostname, port: Number(port) }] }))
  const google = `${simulator.api}/google`
  const oauth = {
    authorize: `${google}/o/oauth2/v2/auth`,
    token: `${google}/token`,
    revoke: `${google}/revoke`,
  }
  return {
    ...{ rest, client: new SimulatorClient(simulator.control), api: simulator.api },
    channels: {
      gmail: createGmailChannel({ rest, places: { oauth, api: google } }),
      microsoft: createMicrosoftChannel({
        rest,
        places: { login: `${simulator.api}/microsoft`, graph: `${simulator.api}/graph` },
      }),
    },
    async close() {
      rest.close()
      await simulator.close()
      await rm(data, { recursive: true, force: true })
    },
  }
}

/** A link whose secret is kept here, with how often it was renewed. */
export interface ConnectedAccount extends ChannelLink<AccountSettings> {
  readonly secret: () => string
  readonly renewals: () => number
}

const redirectUri = 'http://fairlead.test/oauth/callback/x'

/** Consents as the owner of the address would, and keeps the grant as links/ does. */
export async function connect(
  channel: DeliveryChannel<AccountSettings>,
  address: string,
  more: { readonly without?: string } = {},
): Promise<ConnectedAccount> {
  const { oauth } = channel
  if (!oauth) throw new Error('not an OAuth channel')
  const client = { ...sandboxClient, tenant: null }
  const { verifier, challenge } = newProofKey()
  const asked = { client, redirectUri, state: 's', challenge, loginHint: address }
  const url = new URL(oauth.authorizationUrl(asked))
  if (more.without) url.searchParams.set('simulate_without', more.without)
  const signal = AbortSignal.timeout(10_000)
  const leadsTo = await oauth.visit(url.href, signal)
  const code = new URL(leadsTo ?? '').searchParams.get('code') ?? ''
  const answer = await oauth.connect({ client, redirectUri, code, verifier }, signal)
  if (answer.is === 'refused') throw new Error(`${answer.code} ${JSON.stringify(answer.params)}`)
  return keeping(channel, accountSettings.parse(answer.settings), answer.secret)
}

function keeping(
  channel: DeliveryChannel<AccountSettings>,
  settings: AccountSettings,
  first: string,
): ConnectedAccount {
  let secret = first
  let renewals = 0
  const renew = async (): Promise<void> => {
    const renewed = await channel.renew?.(settings, secret, AbortSignal.timeout(10_000))
    if (!renewed || !('secret' in renewed)) throw new Error(`not renewed: ${JSON.stringify(renewed)}`)
    secret = renewed.secret
    renewals += 1
  }
  return {
    ...{ id: newId('link'), settings, secret: () => secret, renewals: () => renewals },
    async withSecret(use) {
      const answer = await use(secret)
      if (answer !== 'expired') return answer
      await renew()
      const again = await use(secret)
      if (again === 'expired') throw new Error('expired again')
      return again
    },
  }
}

/** The channels of accounts, and who stands behind each; send: the path of the call that sends a draft. */
export const accountKinds = [
  { kind: 'gmail', vendor: 'google', send: '/drafts/send$' },
  { kind: 'microsoft', vendor: 'microsoft', send: '/send$' },
] as const
