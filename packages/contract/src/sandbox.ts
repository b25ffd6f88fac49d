import { z } from 'zod'
import { sendingDomain } from './domains.ts'
import { limits } from './limits.ts'
import { fails, route } from './route.ts'
import { ids, shownTime } from './schemas.ts'

const verdict = z.object({
  result: z.string().meta({ description: 'pass, fail, none … (RFC 8601 §2.7)' }),
  domain: z.string(),
})

export const sandboxMessage = z
  .object({
    id: z.string(),
    emailId: ids.email.nullable().meta({
      description: 'null: mail of Fairlead itself, to verify an identity of yours or invite somebody',
    }),
    threadId: ids.thread.nullable(),
    receivedAt: shownTime,
    subject: z.string(),
    from: z.object({ name: z.string(), address: z.string() }).meta({ description: 'the From field' }),
    fromLine: z
      .string()
      .meta({ description: 'as a mail client shows it, with the via tag where it adds one' }),
    via: z.string().nullable().meta({ description: 'the domain of the via tag; null: there is none' }),
    mailedBy: z.string().nullable().meta({ description: 'domain of the return path' }),
    signedBy: z.string().nullable().meta({ description: 'domain of the DKIM signature that passed' }),
    recipients: z.array(z.string()),
    bytes: z.int(),
    tls: z.string().nullable(),
    answer: z.string().nullable().meta({ description: 'what the server said to the message' }),
    verdicts: z.object({
      state: z.enum(['pending', 'done', 'skipped']),
      spf: verdict.nullable(),
      dkim: z.array(verdict.extend({ selector: z.string(), isAligned: z.boolean() })),
      dmarc: verdict.extend({ policy: z.string() }).nullable(),
    }),
  })
  .meta({ description: 'What the simulated internet received' })
export type SandboxMessage = z.infer<typeof sandboxMessage>

const fails404 = fails('not-found', 'sandbox.off')

/** Only in sandbox mode: what would be in the recipients' mailboxes, and the DNS of the simulated internet. */
export const sandbox = {
  publishRecords: route
    .meta({ access: 'admin' })
    .route({
      method: 'POST',
      path: '/sandbox/domains/{id}/records',
      operationId: 'publishSandboxRecords',
      summary: 'Publish the records of a sending domain in the DNS of the simulated internet, and check them',
      tags: ['Sandbox'],
    })
    .errors(fails('auth.forbidden', 'not-found', 'sandbox.off'))
    .input(z.object({ id: ids.domain }))
    .output(sendingDomain),
  list: route
    .route({
      method: 'GET',
      path: '/sandbox/messages',
      operationId: 'listSandboxMessages',
      summary: 'What the simulated internet received of your emails, newest first',
      tags: ['Sandbox'],
    })
    .errors(fails('sandbox.off'))
    .input(
      z.object({
        limit: z.coerce.number().int().min(1).max(limits.pageRows).default(limits.defaultPageRows),
      }),
    )
    .output(z.object({ messages: z.array(sandboxMessage) })),
  behaviours: route
    .route({
      method: 'GET',
      path: '/sandbox/behaviours',
      operationId: 'listSandboxBehaviours',
      summary: 'The addresses and domains of the sandbox that behave in a special way',
      tags: ['Sandbox'],
    })
    .errors(fails('sandbox.off'))
    .output(
      z.object({
        recipients: z.array(
          z.object({
            localPart: z.string().meta({ description: 'before the @ of any simulated domain' }),
            says: z.string(),
            source: z.string().nullable(),
          }),
        ),
        domains: z.array(z.object({ domain: z.string(), says: z.string() })),
      }),
    ),
  get: route
    .route({
      method: 'GET',
      path: '/sandbox/messages/{id}',
      operationId: 'getSandboxMessage',
      summary: 'One received message with its body as a mail client would show it',
      tags: ['Sandbox'],
    })
    .errors(fails404)
    .input(z.object({ id: z.string().max(64) }))
    .output(
      sandboxMessage.extend({
        html: z
          .string()
          .nullable()
          .meta({ description: 'without anything that runs or loads; for a sandboxed frame' }),
        text: z.string(),
        attachments: z.array(z.object({ filename: z.string(), contentType: z.string(), bytes: z.int() })),
      }),
    ),
  raw: route
    .route({
      method: 'GET',
      path: '/sandbox/messages/{id}/raw',
      operationId: 'getRawSandboxMessage',
      summary: 'The bytes as they were received',
      tags: ['Sandbox'],
      outputStructure: 'detailed',
    })
    .errors(fails404)
    .input(z.object({ id: z.string().max(64) }))
    .output(
      z.object({
        headers: z.object({
          'content-security-policy': z.string(),
          'x-content-type-options': z.literal('nosniff'),
          'content-disposition': z.string(),
        }),
        body: z.instanceof(Blob),
      }),
    ),
}
