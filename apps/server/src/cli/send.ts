import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { Command } from 'commander'
import { acceptEmail } from '../compose/accept-email.ts'
import { platformHosts } from '../domains/platform-hosts.ts'
import { acceptParts, mailParts } from '../main/mail-parts.ts'
import type { Core } from '../main/open-core.ts'
import { liveBackOff, sandboxBackOff } from '../outbox/back-off.ts'
import { type EmailId, showId } from '../platform/ids.ts'
import { codeOf, PlainError } from '../platform/plain-error.ts'
import { chooseCommandSender } from './choose-sender.ts'
import { contentTypeOf } from './content-type-of.ts'
import { followEmail } from './follow-email.ts'
import { note, print } from './run-command.ts'
import { runWithCore } from './run-with-core.ts'
import { say, texts } from './texts.ts'

interface SendOptions {
  readonly to: string
  readonly cc?: string
  readonly bcc?: string
  readonly subject: string
  readonly text?: string
  readonly html?: string
  readonly attach?: readonly string[]
  readonly from?: string
  readonly workspace?: string
  readonly at?: string
  readonly wait?: string | true
}

const defaultWaitSeconds = 60

/** `fairlead send --to … --subject … --text …`: prints the email's id, alone on standard output. */
export function sendCommand(): Command {
  return new Command('send')
    .description(texts.send.about)
    .requiredOption('--to <addresses>', texts.send.to)
    .option('--cc <addresses>', texts.send.cc)
    .option('--bcc <addresses>', texts.send.bcc)
    .requiredOption('--subject <subject>', texts.send.subject)
    .option('--text <text>', texts.send.text)
    .option('--html <html>', texts.send.html)
    .option('--attach <file...>', texts.send.attach)
    .option('--from <address>', texts.send.from)
    .option('--workspace <workspace>', texts.member.workspace)
    .option('--at <time>', texts.send.at)
    .option('--wait [seconds]', texts.send.wait)
    .action((options: SendOptions) => runWithCore(core => send(core, options)))
}

async function send(core: Core, options: SendOptions): Promise<void> {
  const waitSeconds = waitOf(options.wait)
  const content = await contentOf(options)
  const sender = await chooseCommandSender(core.db, { from: options.from, workspace: options.workspace })
  const { id } = await accept(core, { ...sender, ...content })
  print(showId('email', id))
  if (waitSeconds === null) return
  const isOver = await followEmail(
    core.db,
    { workspaceId: sender.workspaceId, emailId: id },
    { waitSeconds, tell: note },
  )
  if (!isOver) note(say(texts.send.stillWaiting, { seconds: waitSeconds, id: showId('email', id) }))
}

type Request = Omit<Parameters<typeof acceptEmail>[0], 'source'>

/** Writes the email as the API would. Nothing is sent from here, so no simulator is asked and no worker woken: it polls. */
async function accept(core: Core, request: Request): Promise<{ id: EmailId }> {
  const hosts = platformHosts(core.config.mail.domain)
  const mail = mailParts(core, hosts, null)
  try {
    const backOff = core.config.mode === 'sandbox' ? sandboxBackOff : liveBackOff
    const parts = acceptParts({ core, hosts, mail: { ...mail, backOff }, onDue: () => undefined })
    return await acceptEmail({ ...request, source: 'cli' }, parts)
  } finally {
    mail.dns.close()
  }
}

async function contentOf(options: SendOptions) {
  const text = await inputOf(options.text)
  const html = await inputOf(options.html)
  return {
    to: listOfAddresses(options.to),
    cc: listOfAddresses(options.cc),
    bcc: listOfAddresses(options.bcc),
    subject: options.subject,
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    ...(options.at === undefined ? {} : { sendAt: timeOf(options.at) }),
    attachments: await Promise.all((options.attach ?? []).map(readAttachment)),
  }
}

/** `-` is standard input. */
function inputOf(given: string | undefined): Promise<string | undefined> {
  return given === '-' ? readAll(process.stdin) : Promise.resolve(given)
}

/** Commas inside quotes or angle brackets belong to a name. */
function listOfAddresses(given: string | undefined): string[] {
  const parts = given?.match(/(?:"(?:\\.|[^"\\])*"|<[^>]*>|[^,])+/g) ?? []
  return parts.map(part => part.trim()).filter(part => part !== '')
}

function timeOf(text: string): Date {
  const at = new Date(text)
  if (
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ||
    Number.isNaN(at.getTime())
  ) {
    throw new PlainError(say(texts.send.wrongTime, { time: text.slice(0, 50) }))
  }
  return at
}

function waitOf(given: string | true | undefined): number | null {
  if (given === undefined) return null
  if (given === true) return defaultWaitSeconds
  const seconds = Number(given)
  if (!/^\d+$/.test(given) || seconds < 1 || seconds > 86_400) throw new PlainError(texts.send.wrongWait)
  return seconds
}

async function readAttachment(path: string) {
  try {
    return { filename: basename(path), contentType: contentTypeOf(path), content: await readFile(path) }
  } catch (error) {
    throw new PlainError(say(texts.send.noFile, { path, code: codeOf(error) }))
  }
}
