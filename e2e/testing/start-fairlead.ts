import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** The product as its operator starts it: `fairlead start`, a process of its own. */
export interface FairleadProcess {
  readonly pid: number
  /** What it has printed so far. */
  output(): string
  /** Resolves with the signal or code that ended it. */
  readonly ended: Promise<NodeJS.Signals | number | null>
  stop(): Promise<void>
}

/** What npm start and npx fairlead run. */
const launcher = join(import.meta.dirname, '../../apps/server/src/cli/launch.mjs')

/** Runs `fairlead <arguments>` to its end; what it printed, or an error with its last words on any other exit code. */
export async function runFairlead(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  goodCodes: readonly number[] = [0],
): Promise<string> {
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { ...withoutOurs(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = collect(child)
  const [code] = await once(child, 'close')
  if (!goodCodes.includes(code))
    throw new Error(`fairlead ${args.join(' ')} ended with ${code}:\n${printed.all()}`)
  return printed.out()
}

/** Starts the roles and waits for the line that says they are ready; where `mayDie` it may also end before that. */
export async function startFairleadProcess(options: {
  readonly env: Readonly<Record<string, string>>
  readonly roles?: readonly string[]
  readonly mayDie?: boolean
}): Promise<FairleadProcess> {
  const role = options.roles === undefined ? [] : ['--role', options.roles.join(',')]
  const child = spawn(process.execPath, [launcher, 'start', ...role], {
    env: { ...withoutOurs(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = collect(child)
  const ended = once(child, 'exit').then(
    ([code, signal]) => (signal ?? code) as NodeJS.Signals | number | null,
  )
  const ready = new Promise<void>(resolve => {
    const look = () => {
      // The log's line, which names the address; the sentence for people may come before it, on the other pipe.
      if (printed.all().includes('"msg":"Fairlead is ready"')) resolve()
    }
    child.stdout?.on('data', look)
    child.stderr?.on('data', look)
  })
  const first = await Promise.race([ready.then(() => 'ready' as const), ended])
  if (first !== 'ready' && options.mayDie !== true)
    throw new Error(`fairlead start ended with ${first}:\n${printed.all().slice(-4000)}`)
  return {
    pid: child.pid ?? 0,
    output: printed.all,
    ended,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
    },
  }
}

function collect(child: ChildProcess): { all(): string; out(): string } {
  let out = ''
  let all = ''
  child.stdout?.on('data', chunk => {
    out += chunk
    all = (all + chunk).slice(-200_000)
  })
  child.stderr?.on('data', chunk => {
    all = (all + chunk).slice(-200_000)
  })
  return { all: () => all, out: () => out }
}

/** The tests' own settings must not leak into the product. */
function withoutOurs(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('FAIRLEAD_') && name !== 'NODE_OPTIONS'),
  )
}
