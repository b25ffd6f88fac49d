import { Command } from 'commander'
import { findEmailWorkspace } from '../conversations/find-email-workspace.ts'
import { showProgress } from '../http/show-progress.ts'
import type { Core } from '../main/open-core.ts'
import { parseId } from '../platform/ids.ts'
import { PlainError } from '../platform/plain-error.ts'
import { explanationOf } from './explanation-of.ts'
import { followEmail } from './follow-email.ts'
import { note, print } from './run-command.ts'
import { runWithCore } from './run-with-core.ts'
import { say, texts } from './texts.ts'

interface ExplainOptions {
  readonly json?: boolean
  readonly follow?: boolean
}

const followSeconds = 86_400

/** `fairlead explain <email>`: everything that is known of it, for whoever may run commands here. */
export function explainCommand(): Command {
  return new Command('explain')
    .description(texts.explain.about)
    .argument('<email>', texts.explain.email)
    .option('--follow', texts.explain.follow)
    .option('--json', texts.explain.json)
    .action((shown: string, options: ExplainOptions) => runWithCore(core => explain(core, shown, options)))
}

async function explain({ db }: Core, shown: string, options: ExplainOptions): Promise<void> {
  const emailId = parseId('email', shown)
  const workspaceId = emailId === null ? null : await findEmailWorkspace(db, emailId)
  if (emailId === null || workspaceId === null) {
    throw new PlainError(say(texts.explain.noEmail, { id: shown.slice(0, 60) }))
  }
  if (options.follow === true) {
    await followEmail(db, { workspaceId, emailId }, { waitSeconds: followSeconds, tell: note })
  }
  const email = await showProgress(db, { workspaceId, emailId, memberId: null })
  print(options.json === true ? JSON.stringify(email, null, 2) : explanationOf(email))
}
