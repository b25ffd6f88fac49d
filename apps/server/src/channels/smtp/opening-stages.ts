import type { CheckStageName } from '@fairlead/contract'
import type { SmtpConnection } from '../../transports/smtp/connection.ts'
import type { SmtpStage } from '../../transports/smtp/reply.ts'
import type { CheckStage } from '../channel.ts'
import { openLink, type SmtpConnecting, type SmtpLink } from './connect.ts'
import { diagnose, showCertificate } from './diagnose.ts'

const order = ['connect', 'encrypt', 'hello', 'sign-in'] as const satisfies readonly CheckStageName[]
type OpeningStage = (typeof order)[number]

/** From the first packet to the login: tells each stage as it begins and ends; returns the connection, or null. */
export async function* openInStages(
  link: SmtpLink,
  connecting: SmtpConnecting,
  signal: AbortSignal,
): AsyncGenerator<CheckStage, SmtpConnection | null> {
  const progress = createProgress()
  let at: OpeningStage = 'connect'
  let connection: SmtpConnection | null = null
  const opening: Promise<SmtpConnection> = openLink(link, connecting, signal, (stage, opened) =>
    progress.push({ stage, connection: opened }),
  ).finally(() => progress.end())
  opening.catch(() => undefined)
  yield { stage: 'connect', state: 'running' }
  for await (const news of progress.stages()) {
    connection = news.connection ?? connection
    const next = stageOf(news.stage, link, news.connection)
    if (order.indexOf(next) <= order.indexOf(at)) continue
    yield* moveOn({ from: at, to: next }, link, connection)
    at = next
  }
  try {
    const opened = await opening
    yield* moveOn({ from: at, to: null }, link, opened)
    return opened
  } catch (error) {
    yield diagnose(error, { stage: at, settings: link.settings })
    return null
  }
}

/** The stage that people see. With STARTTLS, the greetings before it belong to encrypting. */
function stageOf(stage: SmtpStage, { settings }: SmtpLink, connection: SmtpConnection | null): OpeningStage {
  const isEncrypted = connection?.facts.tls !== undefined
  if (stage === 'encrypt') return 'encrypt'
  if (stage === 'sign-in') return 'sign-in'
  if (stage === 'greeting') return isEncrypted ? 'hello' : 'connect'
  if (stage === 'hello') return settings.encryption === 'none' || isEncrypted ? 'hello' : 'encrypt'
  return 'connect'
}

/** Ends the stages from one to another, and begins that; to null: all have ended. */
function* moveOn(
  step: { readonly from: OpeningStage; readonly to: OpeningStage | null },
  link: SmtpLink,
  connection: SmtpConnection | null,
): Generator<CheckStage> {
  const end = step.to === null ? order.length : order.indexOf(step.to)
  for (const stage of order.slice(order.indexOf(step.from), end)) yield endOf(stage, link, connection)
  if (step.to !== null) yield { stage: step.to, state: 'running' }
}

function endOf(stage: OpeningStage, { settings }: SmtpLink, connection: SmtpConnection | null): CheckStage {
  const facts = connection?.facts
  if (!facts) return { stage, state: 'passed' }
  if (stage === 'connect')
    return {
      stage,
      state: 'passed',
      facts: { address: facts.address, port: facts.port, greeting: facts.greeting },
    }
  if (stage === 'encrypt') {
    if (facts.tls === undefined) return { stage, state: 'skipped' }
    const certificate = facts.certificate ? { certificate: showCertificate(facts.certificate) } : {}
    return { stage, state: 'passed', facts: { tls: facts.tls }, ...certificate }
  }
  if (stage === 'hello') return { stage, state: 'passed', facts: extensionFacts(connection.extensions) }
  return { stage, state: settings.login === 'none' ? 'skipped' : 'passed' }
}

function extensionFacts(extensions: ReadonlyMap<string, string>): NonNullable<CheckStage['facts']> {
  return {
    size: Number(extensions.get('SIZE') ?? '0') || 0,
    logins: extensions.get('AUTH') ?? '',
    has8BitMime: extensions.has('8BITMIME'),
    hasSmtpUtf8: extensions.has('SMTPUTF8'),
    hasPipelining: extensions.has('PIPELINING'),
    hasDsn: extensions.has('DSN'),
  }
}

interface News {
  readonly stage: SmtpStage
  readonly connection: SmtpConnection | null
}

/** What is pushed by one side can be awaited by the other. */
function createProgress() {
  const waiting: News[] = []
  let wake: (() => void) | null = null
  let isEnded = false
  const notify = () => {
    wake?.()
    wake = null
  }
  return {
    push(news: News): void {
      waiting.push(news)
      notify()
    },
    end(): void {
      isEnded = true
      notify()
    },
    async *stages(): AsyncGenerator<News> {
      for (;;) {
        const next = waiting.shift()
        if (next) yield next
        else if (isEnded) return
        else
          await new Promise<void>(resolve => {
            wake = resolve
          })
      }
    },
  }
}
