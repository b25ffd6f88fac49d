import { limits, Problem } from '@fairlead/contract'
import { sql } from 'kysely'
import type { Tx } from '../platform/database/connect.ts'
import type { WorkspaceId } from '../platform/ids.ts'
import { checkRecipients, type RecipientTexts } from './check-recipients.ts'
import { type Finding, finding } from './finding.ts'

/** Nobody, too many, wrong and suppressed addresses; each wrong one by itself. */
export async function findInRecipients(
  tx: Tx,
  who: { readonly workspaceId: WorkspaceId },
  texts: RecipientTexts,
): Promise<Finding[]> {
  const count = texts.to.length + texts.cc.length + texts.bcc.length
  if (count === 0) return [finding('error', new Problem('email.no-recipient'), 'add-recipient')]
  const found: Finding[] = []
  if (count > limits.recipientsPerEmail) {
    const params = { count, limit: limits.recipientsPerEmail }
    found.push(finding('error', new Problem('email.too-many-recipients', params), 'remove-recipient'))
  }
  const addresses = new Map<string, string>()
  for (const one of singles(texts)) {
    try {
      for (const { addressKey, address } of checkRecipients(one)) addresses.set(addressKey, address)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      found.push(finding('error', error, 'correct-address'))
    }
  }
  return [...found, ...(await findSuppressed(tx, who, addresses))]
}

function singles(texts: RecipientTexts): RecipientTexts[] {
  const none = { to: [], cc: [], bcc: [] }
  return (['to', 'cc', 'bcc'] as const).flatMap(kind =>
    texts[kind].map(text => ({ ...none, [kind]: [text] })),
  )
}

async function findSuppressed(
  tx: Tx,
  who: { readonly workspaceId: WorkspaceId },
  addresses: ReadonlyMap<string, string>,
): Promise<Finding[]> {
  const rows = await sql<{ key: string }>`
    select address_key as key from fairlead.suppression
    where workspace_id = ${who.workspaceId} and address_key = any(${[...addresses.keys()]}::text[])
      and (expires_at is null or expires_at > fairlead.now())`.execute(tx)
  const suppressed = rows.rows.map(({ key }) => addresses.get(key) ?? key)
  if (suppressed.length > 0 && suppressed.length === addresses.size) {
    const problem = new Problem('recipients.all-suppressed', { address: suppressed.join(', ').slice(0, 300) })
    return [finding('error', problem, 'remove-recipient')]
  }
  return suppressed.map(address =>
    finding('warning', new Problem('recipient.suppressed', { address }), 'remove-recipient'),
  )
}
