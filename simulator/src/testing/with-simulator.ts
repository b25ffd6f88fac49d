import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import nodemailer, { type Transporter } from 'nodemailer'
import { SimulatorClient } from '../client.ts'
import { type Simulator, type SimulatorOptions, startSimulator } from '../start-simulator.ts'

/** A simulator in a folder of its own, with short spans, and ways to speak to it. */
export interface Bench {
  readonly simulator: Simulator
  readonly client: SimulatorClient
  readonly transport: Transporter
  readonly data: string
  close(): Promise<void>
}

export async function openBench(options: Partial<SimulatorOptions> = {}): Promise<Bench> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), 'simulator-')))
  const settings = {
    slowMs: 50,
    greylistDelayMs: 0,
    bounceAfterMs: 10,
    complainAfterMs: 10,
    autoreplyAfterMs: 10,
    replyAfterMs: 10,
    delayNoticeAfterMs: 10,
    slowDnsMs: 50,
    sendRetryMs: 20,
    ...options.settings,
  }
  const simulator = await startSimulator({ ...options, data, settings })
  const transport = nodemailer.createTransport({
    host: '127.0.0.1',
    port: simulator.smtp[0]?.port ?? 0,
    name: 'sender.example',
    tls: { rejectUnauthorized: false },
  })
  return {
    simulator,
    client: new SimulatorClient(simulator.control),
    transport,
    data,
    async close() {
      transport.close()
      await simulator.close()
      if (!options.data) await rm(data, { recursive: true, force: true })
    },
  }
}
