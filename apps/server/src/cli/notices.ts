import { Command } from 'commander'
import { showNotice } from '../http/show-notice.ts'
import { listNotices } from '../inbound/list-notices.ts'
import { platformWorkspace } from '../inbound/store-notices.ts'
import type { Core } from '../main/open-core.ts'
import { asEngine } from '../platform/database/as-role.ts'
import { findWorkspaces } from '../team/find-members.ts'
import { note, print } from './run-command.ts'
import { runWithCore } from './run-with-core.ts'
import { say, texts } from './texts.ts'

const most = 100

/** `fairlead notices`: returned mail that matched no email, of all workspaces and of the platform's own addresses. */
export function noticesCommand(): Command {
  return new Command('notices')
    .description(texts.notices.about)
    .option('--json', texts.notices.json)
    .action((options: { json?: boolean }) => runWithCore(core => listAll(core, options.json === true)))
}

async function listAll({ db }: Core, isJson: boolean): Promise<void> {
  const workspaces = [platformWorkspace, ...(await findWorkspaces(db)).map(one => one.id)]
  const lists = await asEngine(db, async tx => {
    const found = []
    for (const workspaceId of workspaces)
      found.push(...(await listNotices(tx, { workspaceId, most, state: 'unmatched' })))
    return found
  })
  const shown = lists.map(showNotice).sort((a, b) => b.receivedAt.localeCompare(a.receivedAt))
  if (isJson) return print(JSON.stringify(shown, null, 2))
  for (const one of shown) {
    print(`${one.receivedAt}  ${one.id}  ${one.kind}  ${one.envelopeTo.join(', ')}`)
    for (const { address, reason, diagnostic } of one.recipients)
      print(`  ${address ?? '?'}  ${reason.code}  ${diagnostic}`)
  }
  note(say(texts.notices.summary, { count: shown.length }))
}
