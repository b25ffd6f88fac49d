import { type Reason, type ReasonCode, reasonCodes, reasons } from '@fairlead/bounce/reasons'
import { z } from 'zod'
import { fill } from './problems.ts'
import { reasonSentences } from './sentences/en.ts'

/** Why something happened: our code, its parameters, the sentence, and what was really said. */
export const shownReason = z
  .object({
    code: z.enum(reasonCodes),
    fault: z.enum(['recipient', 'sender', 'link', 'identity', 'content', 'network', 'unknown']),
    params: z.record(z.string(), z.union([z.string(), z.number()])),
    sentence: z.string().meta({ description: 'English, for people' }),
    reply: z.string().nullable().meta({ description: 'verbatim reply of the far side' }),
    replyCode: z.int().nullable().meta({ description: 'RFC 5321 §4.2, e.g. 550' }),
    status: z.string().nullable().meta({ description: 'RFC 3463, e.g. 5.1.1' }),
  })
  .meta({ description: 'Why something happened' })
export type ShownReason = z.infer<typeof shownReason>

/** The English sentence of a reason; `params.recipient` is the address it is about. */
export function reasonSentence(code: ReasonCode, params: Readonly<Record<string, string | number>>): string {
  return fill(reasonSentences[code], params)
}

/** A stored reason as the API shows it. `recipient` fills the sentence where it names the address. */
export function showReason(reason: Reason, recipient: string): ShownReason {
  return {
    code: reason.code,
    fault: reasons[reason.code].fault,
    params: { ...reason.params },
    sentence: reasonSentence(reason.code, { recipient, ...reason.params }),
    reply: reason.reply ?? null,
    replyCode: reason.replyCode ?? null,
    status: reason.status ?? null,
  }
}
