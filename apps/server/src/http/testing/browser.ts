import { sql } from 'kysely'
import { asEngine } from '../../platform/database/as-role.ts'
import { setPassword } from '../../team/passwords.ts'
import { type Answer, type CallOptions, callApi, type TestApi } from './start-test-api.ts'

/** A browser at the API's own pages: keeps cookies, says where it comes from. */
export interface TestBrowser {
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** `name=value` of the cookies that it holds. */
  cookies(): string
}

export function openBrowser(api: Pick<TestApi, 'url'>): TestBrowser {
  const held = new Map<string, string>()
  const cookies = () => [...held].map(([name, value]) => `${name}=${value}`).join('; ')
  return {
    cookies,
    async call(method, path, options = {}) {
      const answer = await callApi(api.url, {
        ...{ method, path },
        ...options,
        headers: { 'sec-fetch-site': 'same-origin', cookie: cookies(), ...options.headers },
      })
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (value === '' || /max-age=0/i.test(line)) held.delete(name)
        else held.set(name, value)
      }
      return answer
    },
  }
}

/** Long enough, and the same in all tests. */
export const goodPassword = 'a walk along the harbour'

/** Gives a member of the test API a password and signs their browser in. */
export async function browserOf(
  api: TestApi,
  member: { userId: string; address: string },
): Promise<TestBrowser> {
  await setPassword(api.auth, member.userId, goodPassword)
  const browser = openBrowser(api)
  const { address } = member
  const answer = await browser.call('POST', '/session', { body: { address, password: goodPassword } })
  if (answer.status !== 201) throw new Error(`not signed in: ${JSON.stringify(answer.body)}`)
  return browser
}

/** The token of the latest system mail to an address, out of the outbox. Waits for none: null. */
export async function mailedToken(api: TestApi, address: string): Promise<string | null> {
  const found = await asEngine(api.database.db, tx =>
    sql<{ text: string }>`
      select e.body_text as text from fairlead.email e
      join fairlead.email_recipient r on r.workspace_id = e.workspace_id and r.email_id = e.id
      where e.workspace_id = '00000000-0000-0000-0000-000000000000' and r.address = ${address}
      order by e.created_at desc, e.id desc limit 1`.execute(tx),
  )
  return /\/(?:invitation|verify|password-reset)\/([\w-]{43})/.exec(found.rows[0]?.text ?? '')?.[1] ?? null
}
