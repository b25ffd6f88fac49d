import { SimulatorClient } from '@fairlead/simulator/client'
import type { SandboxInternet } from '../conversations/sandbox-internet.ts'
import { messageOf } from '../platform/plain-error.ts'
import type { JoinedSimulator } from './join-simulator.ts'

const mostMessages = 1_000

/** What the simulator received, for the sandbox inbox, and its DNS. */
export function joinInternet({ control, publish }: JoinedSimulator): SandboxInternet {
  const client = new SimulatorClient(control)
  return {
    received: async () => (await client.received({ limit: mostMessages })).messages,
    message: id => orNull(client.message(id)),
    raw: id => orNull(client.raw(id)),
    behaviours: () => client.behaviours(),
    publish,
  }
}

/** The simulator answers 404 in words. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (/no such message|^404 /.test(messageOf(error))) return null
    throw error
  }
}
