import type { Link } from '@fairlead/contract'
import { apiPrefix } from '@fairlead/contract'
import { type LinkScript, scriptedLinkChannel } from '../../channels/testing/scripted-link-channel.ts'
import { type Body, startTestApi, type TestApi, type TestMember, testChannels } from './start-test-api.ts'

/** A password that must turn up nowhere. */
export const password = 'correct-horse-battery'

/** Settings of a server, with a password beside them. */
export const server = {
  kind: 'smtp',
  name: 'Office server',
  owner: 'member',
  settings: { host: 'mail.acme.example', port: 587, encryption: 'starttls', user: 'bob' },
  secret: { password },
}

/** The test API with the managed channel and a scripted one of kind smtp. */
export function startLinkApi(script: LinkScript = {}): Promise<TestApi> {
  return startTestApi({ channels: new Map([...testChannels(), ['smtp', scriptedLinkChannel(script)]]) })
}

/** Connects a server as the member; throws where it was refused. */
export async function connectServer(member: TestMember, fields: Body = {}): Promise<Link> {
  const answer = await member.call('POST', '/links', { body: { ...server, ...fields } })
  if (answer.status !== 201) throw new Error(`not connected: ${JSON.stringify(answer.body)}`)
  return answer.body as unknown as Link
}

/** The link as the member sees it; null: they do not. */
export async function linkOf(member: TestMember, id: string): Promise<Link | null> {
  const answer = await member.call('GET', `/links/${id}`)
  return answer.status === 200 ? (answer.body as unknown as Link) : null
}

/** The team's managed servers. */
export async function managedOf(member: TestMember): Promise<Link> {
  const { links } = (await member.call('GET', '/links')).body as unknown as { links: Link[] }
  const managed = links.find(link => link.kind === 'managed')
  if (managed === undefined) throw new Error('no managed servers')
  return managed
}

/** The messages of a stream that a POST answers, until it ends. */
export async function readPost(api: TestApi, member: TestMember, path: string, body: unknown) {
  const answer = await fetch(`${api.url}${apiPrefix}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${member.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await answer.text()
  const messages = text.split('\n\n').flatMap(block => {
    const line = block.split('\n').find(field => field.startsWith('data:'))
    return /^event: message$/m.test(block) && line !== undefined ? [JSON.parse(line.slice(5)) as Body] : []
  })
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', messages, text }
}
