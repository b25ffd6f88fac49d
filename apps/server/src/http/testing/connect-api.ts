import { type AccountBench, openAccounts } from '../../channels/testing/connected-account.ts'
import type { HttpParts } from '../parts.ts'
import { startTestApi, type TestApi } from './start-test-api.ts'

/** The API with Gmail and Microsoft 365 as the simulator plays them. */
export interface ConnectApi extends TestApi {
  readonly accounts: AccountBench
}

export async function startConnectApi(wanted: Partial<HttpParts> = {}): Promise<ConnectApi> {
  const accounts = await openAccounts()
  const channels = new Map(Object.values(accounts.channels).map(channel => [channel.kind, channel]))
  const api = await startTestApi({ channels: channels as unknown as HttpParts['channels'], ...wanted })
  return {
    ...{ ...api, accounts },
    async close() {
      await api.close()
      await accounts.close()
    },
  }
}

/** Consents at the provider's page as the owner of `address`; answers where the provider leads, as our path. */
export async function consentAs(authorizationUrl: string, address: string): Promise<string> {
  const url = new URL(authorizationUrl)
  url.searchParams.set('login_hint', address)
  const answer = await fetch(url, { redirect: 'manual' })
  const { pathname, search } = new URL(answer.headers.get('location') ?? '')
  return `${pathname}${search}`
}

/** Follows the provider back in a browser; answers the query of the web app's page that it ends at. */
export async function followBack(
  api: Pick<TestApi, 'url'>,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<URLSearchParams> {
  const answer = await fetch(`${api.url}${path}`, { redirect: 'manual', headers })
  return new URL(answer.headers.get('location') ?? '/', api.url).searchParams
}
