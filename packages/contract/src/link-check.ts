import type { Reason } from '@fairlead/bounce'
import { z } from 'zod'
import { fill } from './problems.ts'
import { shownReason, showReason } from './reason.ts'
import { checkSentences, type LinkFix, linkFixSentences, stageTitles } from './sentences/link-check-en.ts'

/** What testing a delivery channel goes through, in this order; it ends at the first failure. */
export const checkStages = [
  'find',
  'connect',
  'encrypt',
  'hello',
  'sign-in',
  'sender',
  'mailbox',
  'test-message',
] as const
export type CheckStageName = (typeof checkStages)[number]

export const linkFixes = Object.keys(linkFixSentences) as [LinkFix, ...LinkFix[]]

/** A server’s certificate, to look at before trusting it. */
export const shownCertificate = z
  .object({
    subject: z.string(),
    issuer: z.string(),
    names: z.array(z.string()).meta({ description: 'the hosts that it is for, at most 50' }),
    validFrom: z.string(),
    validTo: z.string(),
    sha256: z.string().meta({ description: 'fingerprint: lower-case hexadecimal' }),
    isSelfSigned: z.boolean(),
  })
  .meta({ description: 'A certificate as the server showed it' })
export type ShownCertificate = z.infer<typeof shownCertificate>

const fact = z.union([z.string(), z.number(), z.boolean()])
const facts = z.record(z.string(), fact)

export const shownFix = z
  .object({
    code: z.enum(linkFixes),
    sentence: z.string().meta({ description: 'English, for people' }),
    params: facts,
    change: facts.nullable().meta({
      description:
        'settings that carry it out, to be put over the link’s own (imap.host is the host of its mailbox); null: a person does it elsewhere',
    }),
  })
  .meta({ description: 'Something that may mend it' })
export type ShownFix = z.infer<typeof shownFix>

export const shownCheckStage = z
  .object({
    stage: z.enum(checkStages),
    title: z.string(),
    state: z.enum(['running', 'passed', 'failed', 'skipped']),
    about: z.string().nullable().meta({ description: 'the sender address that the stage is about' }),
    sentence: z.string().nullable().meta({ description: 'what went wrong, in plain English' }),
    reason: shownReason.nullable(),
    fixes: z.array(shownFix).meta({ description: 'the likeliest first' }),
    facts: facts.meta({ description: 'what was seen: addresses, protocol, extensions' }),
    certificate: shownCertificate.nullable(),
  })
  .meta({ description: 'One step of testing a delivery channel' })
export type ShownCheckStage = z.infer<typeof shownCheckStage>

/** A stage as the server’s channels tell it. */
export interface ToldStage {
  readonly stage: CheckStageName
  readonly state: ShownCheckStage['state']
  readonly about?: string
  readonly sentence?: { readonly code: string; readonly params?: Readonly<Record<string, string | number>> }
  readonly reason?: Reason
  readonly fixes?: readonly ToldFix[]
  readonly facts?: Readonly<Record<string, string | number | boolean>>
  readonly certificate?: ShownCertificate
}

export interface ToldFix {
  readonly code: LinkFix
  readonly params?: Readonly<Record<string, string | number>>
  readonly change?: Readonly<Record<string, string | number | boolean>>
}

/** A stage in words. */
export function showCheckStage(told: ToldStage): ShownCheckStage {
  const { sentence } = told
  const sentences: Readonly<Record<string, string>> = checkSentences
  const reason = told.reason ? showReason(told.reason, '') : null
  return {
    stage: told.stage,
    title: stageTitles[told.stage],
    state: told.state,
    about: told.about ?? null,
    sentence: sentence
      ? fill(sentences[sentence.code] ?? sentence.code, sentence.params ?? {})
      : (reason?.sentence ?? null),
    reason,
    fixes: (told.fixes ?? []).map(showFix),
    facts: { ...told.facts },
    certificate: told.certificate ?? null,
  }
}

function showFix({ code, params = {}, change }: ToldFix): ShownFix {
  return {
    code,
    params: { ...params },
    sentence: fill(linkFixSentences[code], params),
    change: change ? { ...change } : null,
  }
}
