import { expect, test } from 'vitest'
import { createLog } from './log.ts'

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = []
  write(createLog({ level: 'info', to: { write: line => lines.push(line) } }))
  return lines.join('')
}

test('secrets and contents stay out, however deep they come in', () => {
  const text = logged(log =>
    log.info(
      {
        password: 'hunter2',
        link: { secret: 'hunter2', settings: { accessToken: 'hunter2' } },
        email: { subject: 'hunter2', html: 'hunter2' },
        headers: { authorization: 'Bearer hunter2' },
        deliveryId: 'dlv_1',
      },
      'Sent',
    ),
  )
  expect(text).not.toContain('hunter2')
  expect(text).toContain('dlv_1')
})

test('an error shows message, code and cause, and not the rows a driver hangs on it', () => {
  const error = Object.assign(new Error('duplicate key', { cause: new Error('why') }), {
    code: '23505',
    detail: 'Key (address)=(a@example.com) already exists.',
    parameters: ['hunter2'],
  })
  const text = logged(log => log.error({ err: error }, 'Failed'))
  expect(JSON.parse(text)).toMatchObject({
    level: 'error',
    err: { message: 'duplicate key', code: '23505', cause: { message: 'why' } },
  })
  expect(text).not.toContain('hunter2')
  expect(text).not.toContain('a@example.com')
})
