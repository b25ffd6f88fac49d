import { sendSystemEmail } from '../compose/send-system-email.ts'
import { finishPasswordReset, showPasswordReset, startPasswordReset } from '../team/reset-password.ts'
import { publicApi } from './api.ts'
import { mailedUrl } from './mailed-url.ts'
import type { HttpParts } from './parts.ts'

export function passwordResetRoutes(parts: HttpParts) {
  return {
    request: publicApi.passwordReset.request.handler(({ input, context }) => {
      // After the answer, so that its time says nothing about the address.
      setImmediate(() => {
        mailReset(parts, input.address, context.publicUrl).catch((error: unknown) =>
          parts.log.error({ requestId: context.requestId, err: error }, 'A password reset was not mailed'),
        )
      })
      return { accepted: true as const }
    }),
    show: publicApi.passwordReset.show.handler(async ({ input }) => {
      const { address, expiresAt } = await showPasswordReset(parts, input.token)
      return { address, expiresAt: expiresAt.toISOString() }
    }),
    finish: publicApi.passwordReset.finish.handler(({ input }) => finishPasswordReset(parts, input)),
  }
}

async function mailReset(parts: HttpParts, typed: string, publicUrl: string): Promise<void> {
  const letter = await startPasswordReset(parts, typed)
  if (letter === null) return
  const { address, token, expiresAt } = letter
  await sendSystemEmail(
    {
      ...{ kind: 'password-reset', to: address, params: { address }, expiresAt },
      url: mailedUrl(publicUrl, 'password-reset', token),
    },
    parts.accept,
  )
}
