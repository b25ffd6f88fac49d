import type { ChannelOptions } from '../channels/registry.ts'
import type { Config } from '../platform/config.ts'
import { type AddressGuard, addressGuard } from '../transports/address-guard.ts'
import { createRestClient } from '../transports/rest/client.ts'

/** Where accounts are connected and carry mail: at the providers, or in the simulator and nowhere else. */
export function accountChannels(
  { mail, providers }: Config,
  simulator: { readonly api: string } | null,
): Pick<ChannelOptions, 'gmail' | 'microsoft'> {
  const rest = createRestClient(guardOf(mail.allowPrivateHosts, simulator))
  const api = simulator?.api ?? null
  const google = providers.googleOauth ?? (api && `${api}/google`)
  return {
    gmail: {
      rest,
      places: {
        oauth: google === null ? googleOauth : oauthBelow(google),
        api: providers.googleApi ?? (api ? `${api}/google` : 'https://gmail.googleapis.com'),
      },
    },
    microsoft: {
      rest,
      places: {
        login: providers.microsoftLogin ?? (api ? `${api}/microsoft` : 'https://login.microsoftonline.com'),
        graph: providers.microsoftGraph ?? (api ? `${api}/graph` : 'https://graph.microsoft.com'),
      },
    },
  }
}

/** https://accounts.google.com/.well-known/openid-configuration */
const googleOauth = {
  authorize: 'https://accounts.google.com/o/oauth2/v2/auth',
  token: 'https://oauth2.googleapis.com/token',
  revoke: 'https://oauth2.googleapis.com/revoke',
} as const

const oauthBelow = (base: string) => ({
  authorize: `${base}/o/oauth2/v2/auth`,
  token: `${base}/token`,
  revoke: `${base}/revoke`,
})

function guardOf(allow: readonly string[], simulator: { readonly api: string } | null): AddressGuard {
  if (simulator === null) return addressGuard({ allow })
  const { hostname, port } = new URL(simulator.api)
  return addressGuard({ only: [{ address: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }] })
}
