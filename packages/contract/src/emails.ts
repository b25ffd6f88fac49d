import { z } from 'zod'
import { limits } from './limits.ts'
import { fails, route } from './route.ts'
import { delivery, email, emailState, ids, recipient, shownTime } from './schemas.ts'
import { shownProblem } from './shown-problem.ts'

const mailbox = z
  .string()
  .max(limits.mailboxCharacters)
  .meta({ description: 'ann@example.com, or Ann Lee <ann@example.com>', examples: ['ann@example.com'] })
const mailboxes = z.array(mailbox).default([])

export const newAttachment = z.strictObject({
  filename: z.string().min(1).max(limits.filenameCharacters),
  contentType: z.string().min(3).max(255).default('application/octet-stream'),
  contentBase64: z.string().meta({ contentEncoding: 'base64' }),
})

export const newEmail = z.strictObject({
  identityId: ids.identity.optional().meta({ description: 'default: your default identity' }),
  linkId: ids.link.optional().meta({ description: "default: the identity's delivery channel" }),
  to: mailboxes.meta({ description: `with cc and bcc at most ${limits.recipientsPerEmail}` }),
  cc: mailboxes,
  bcc: mailboxes,
  subject: z.string().max(limits.subjectCharacters),
  html: z.string().max(limits.bodyCharacters).optional(),
  text: z.string().max(limits.bodyCharacters).optional().meta({ description: 'default: made from html' }),
  attachments: z.array(newAttachment).default([]),
  sendAt: z.iso.datetime({ offset: true }).optional().meta({ description: 'default: now' }),
})
export type NewEmail = z.infer<typeof newEmail>

export const acceptedEmail = z.object({
  id: ids.email,
  threadId: ids.thread,
  state: emailState,
  sendAt: shownTime.nullable(),
  recipients: z.array(recipient),
})
export type AcceptedEmail = z.infer<typeof acceptedEmail>

/** Sending, looking, taking back. */
export const emails = {
  send: route
    .route({
      method: 'POST',
      path: '/emails',
      operationId: 'sendEmail',
      summary: 'Send an email, now or later',
      description:
        'Answers 202 when the email is committed: from then on it is not lost. Send an Idempotency-Key, and the same request may be repeated for 24 hours without a second email.',
      tags: ['Emails'],
      inputStructure: 'detailed',
      successStatus: 202,
    })
    .errors(
      fails(
        'request.too-large',
        'idempotency.key-invalid',
        'idempotency.conflict',
        'email.no-recipient',
        'email.too-many-recipients',
        'email.address-invalid',
        'email.no-content',
        'email.html-too-complex',
        'email.line-break',
        'email.attachment-invalid',
        'email.too-many-attachments',
        'email.too-large',
        'email.send-at-too-far',
        'identity.none',
        'identity.unverified',
        'link.none',
        'link.not-usable',
        'not-found',
      ),
    )
    .input(
      z.object({
        headers: z.object({
          'idempotency-key': z
            .string()
            .optional()
            .meta({ description: 'scope: API key and route, for 24 hours' }),
        }),
        body: newEmail,
      }),
    )
    .output(acceptedEmail),
  get: route
    .route({
      method: 'GET',
      path: '/emails/{id}',
      operationId: 'getEmail',
      summary: 'One email: its deliveries, attempts and events',
      tags: ['Emails'],
    })
    .errors(fails('not-found'))
    .input(z.object({ id: ids.email }))
    .output(email),
  cancel: route
    .route({
      method: 'POST',
      path: '/emails/{id}/cancel',
      operationId: 'cancelEmail',
      summary: 'Take back what has not left yet',
      tags: ['Emails'],
    })
    .errors(fails('not-found', 'email.not-cancellable'))
    .input(z.object({ id: ids.email }))
    .output(
      z.object({
        id: ids.email,
        state: emailState,
        cancelled: z.array(ids.delivery).meta({ description: 'deliveries that were taken back' }),
        tooLate: z.array(ids.delivery).meta({ description: 'deliveries that had left already' }),
      }),
    ),
}

/** One recipient's part of an email. */
export const deliveries = {
  retry: route
    .route({
      method: 'POST',
      path: '/deliveries/{id}/retry',
      operationId: 'retryDelivery',
      summary: 'Send to one recipient again: the same address, another channel, or a corrected address',
      tags: ['Deliveries'],
      successStatus: 202,
    })
    .errors(
      fails(
        'not-found',
        'delivery.not-retryable',
        'delivery.complained',
        'delivery.needs-address',
        'delivery.suppressed',
        'email.address-invalid',
        'link.not-usable',
      ),
    )
    .input(
      z.strictObject({
        id: ids.delivery,
        linkId: ids.link.optional().meta({ description: 'another delivery channel' }),
        correctedAddress: z
          .string()
          .max(limits.addressCharacters)
          .optional()
          .meta({ description: 'makes a new delivery that supersedes this one' }),
      }),
    )
    .output(
      delivery.extend({
        note: z.string().nullable().meta({
          description:
            'English: it goes as a message of its own to this recipient alone, because the delivery channel takes messages whole',
        }),
      }),
    ),
  retryMany: route
    .route({
      method: 'POST',
      path: '/deliveries/retry',
      operationId: 'retryDeliveries',
      summary: 'Retry several deliveries; each is answered by itself',
      tags: ['Deliveries'],
    })
    .input(
      z.strictObject({
        ids: z.array(ids.delivery).min(1).max(limits.bulkRows),
        linkId: ids.link.optional().meta({ description: 'another delivery channel, for all' }),
      }),
    )
    .output(
      z.object({
        results: z
          .array(
            z.object({
              id: ids.delivery,
              deliveryId: ids.delivery.nullable().meta({ description: 'what is queued now' }),
              isAlone: z.boolean().meta({
                description: 'it goes as a message of its own to this recipient alone',
              }),
              problem: shownProblem.nullable(),
            }),
          )
          .meta({ description: 'in the order of ids, each once' }),
      }),
    ),
  markArrived: route
    .route({
      method: 'POST',
      path: '/deliveries/{id}/arrived',
      operationId: 'markDeliveryArrived',
      summary: 'You know that it arrived: settles a delivery that needs a look',
      description: 'Doing it twice changes nothing.',
      tags: ['Deliveries'],
    })
    .errors(fails('not-found', 'delivery.not-uncertain'))
    .input(z.strictObject({ id: ids.delivery }))
    .output(delivery),
  suppress: route
    .route({
      method: 'POST',
      path: '/deliveries/{id}/suppression',
      operationId: 'suppressRecipient',
      summary: 'Send nothing more to this address from the workspace',
      description:
        'Only where the delivery failed on the recipient’s side: what was refused because of the sender says nothing about the address. Doing it twice changes nothing.',
      tags: ['Deliveries'],
    })
    .errors(fails('not-found', 'delivery.not-suppressible'))
    .input(z.strictObject({ id: ids.delivery }))
    .output(delivery),
  lift: route
    .route({
      method: 'DELETE',
      path: '/deliveries/{id}/suppression',
      operationId: 'liftSuppression',
      summary: 'Take back a suppression that you made; an admin, that a member made',
      tags: ['Deliveries'],
    })
    .errors(fails('not-found', 'suppression.not-yours'))
    .input(z.object({ id: ids.delivery }))
    .output(delivery),
}
