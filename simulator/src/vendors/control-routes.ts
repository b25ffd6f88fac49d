import type { IncomingMessage } from 'node:http'
import { HttpProblem, readJson } from '../control/http.ts'
import type { Alias, Vendor } from './account.ts'
import { vendors } from './account.ts'
import { readFaults } from './fault.ts'
import { splitMail, unfold } from './mail-bytes.ts'
import type { VendorServer } from './vendor-server.ts'

interface Asked {
  readonly request: IncomingMessage
}

/** An account as the control interface shows it. */
export interface ShownAccount {
  readonly vendor: Vendor
  readonly address: string
  readonly grants: number
  readonly mails: readonly ShownMail[]
}

export interface ShownMail {
  readonly id: string
  readonly place: string
  readonly threadId: string
  readonly messageId: string
  readonly headers: readonly { readonly name: string; readonly value: string }[]
}

/** What can be done to an account from outside. */
export interface AccountChange {
  readonly vendor: Vendor
  readonly address: string
  readonly name?: string
  readonly aliases?: readonly Alias[]
  /** `revoke`: as its owner would; `expire`: access tokens alone; `block`: as the organisation's admin would. */
  readonly does?: 'revoke' | 'expire' | 'block' | 'unblock' | 'forget-history'
  /** A mail that arrives there, in base64. */
  readonly arrives?: string
  /** A mail that its owner sent in another program, in base64; it lies in the Sent folder, and goes nowhere. */
  readonly sends?: string
}

function readChange(given: unknown): AccountChange {
  const change = given as Partial<AccountChange>
  if (!vendors.includes(change.vendor as Vendor) || typeof change.address !== 'string') {
    throw new HttpProblem(400, 'give vendor and address')
  }
  return given as AccountChange
}

export async function changeAccount(server: VendorServer, { request }: Asked) {
  const change = readChange(await readJson(request))
  const { world } = server.parts
  const account = world.findOrMake(change.vendor, change.address, change.name)
  if (change.aliases) account.aliases = [...change.aliases]
  if (change.does === 'revoke') account.grants = []
  if (change.does === 'expire') for (const grant of account.grants) grant.accessTokens = []
  if (change.does === 'block' || change.does === 'unblock') account.isBlocked = change.does === 'block'
  if (change.does === 'block') for (const grant of account.grants) grant.accessTokens = []
  // What is told from now on is of a new state, and good.
  if (change.does === 'forget-history') account.forgottenUpTo = account.lastChange += 1
  if (change.arrives) await world.deliver(account.address, Buffer.from(change.arrives, 'base64'))
  if (change.sends) await world.put(account, { raw: Buffer.from(change.sends, 'base64'), place: 'SENT' })
  world.save()
  return { ok: true }
}

export async function showAccounts(server: VendorServer): Promise<ShownAccount[]> {
  const { world } = server.parts
  return await Promise.all(
    world.accounts().map(async ({ vendor, address, grants, mails }) => ({
      ...{ vendor, address, grants: grants.length },
      mails: await Promise.all(
        mails.map(async mail => ({
          ...{ id: mail.id, place: mail.place, threadId: mail.threadId, messageId: mail.messageId },
          headers: splitMail(await world.read(mail)).fields.map(field => ({
            name: field.name,
            value: unfold(field),
          })),
        })),
      ),
    })),
  )
}

export async function putFaults(server: VendorServer, { request }: Asked) {
  const given = await readJson(request)
  try {
    server.faults.put(readFaults(given))
  } catch (error) {
    throw new HttpProblem(400, error instanceof Error ? error.message : String(error))
  }
  return { left: server.faults.left }
}

export async function putClients(server: VendorServer, { request }: Asked) {
  const given = (await readJson(request)) as Record<string, string>
  for (const [id, secret] of Object.entries(given)) server.parts.clients.set(id, secret)
  return { clients: server.parts.clients.size }
}
