import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { pathOf } from './needs.ts'
import { ownLoopbackAddress } from './start-program.ts'

/**
 * Postfix's smtp-sink, which takes everything or fails in the ways that its options name (smtp-sink(1)). It prints
 * nothing when it is ready, so the first connection that succeeds tells.
 */
export async function startSmtpSink(options: readonly string[] = []) {
  const address = ownLoopbackAddress()
  const port = 2525
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = spawn(pathOf('smtp-sink'), [...user, ...options, `${address}:${port}`, '1024'], {
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  const endWithUs = () => child.kill()
  process.once('exit', endWithUs)
  for (let tries = 0; !(await isOpen(address, port)); tries++) {
    if (tries > 400 || child.exitCode !== null)
      throw new Error(`smtp-sink ${options.join(' ')} did not start`)
    await delay(10)
  }
  return {
    address,
    port,
    async stop() {
      process.off('exit', endWithUs)
      child.kill()
      await ended
    },
  }
}

function isOpen(address: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, address)
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
