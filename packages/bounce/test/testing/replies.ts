import { readFileSync } from 'node:fs'
import type { Evidence } from '../../src/reasons/classify.ts'
import { findCommand } from '../../src/reasons/find-command.ts'
import { findReplyCode, findStatuses } from '../../src/reasons/reply-codes.ts'

export interface ReplyCase {
  readonly expected: string
  readonly provider: string
  readonly text: string
}

function rows(name: string): string[][] {
  return readFileSync(new URL(`../../corpus/replies/${name}.tsv`, import.meta.url), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => line.split('\t'))
}

/** Every hand-made reply: the phrases', the providers', the statuses'. */
export const replyCases: readonly ReplyCase[] = [
  ...['phrases', 'statuses'].flatMap(name =>
    rows(name).map(([expected = '', text = '']) => ({ expected, provider: '', text })),
  ),
  ...rows('providers').map(([expected = '', provider = '', text = '']) => ({ expected, provider, text })),
]

/** A reply as classifyReply sees it. */
export function evidenceOf({ provider, text }: ReplyCase): Evidence {
  const command = findCommand(text)
  return {
    code: findReplyCode(text),
    status: findStatuses(text)[0] ?? null,
    text,
    ...(provider === '' ? {} : { provider }),
    ...(command === undefined ? {} : { command }),
  }
}
