import type { Gate, World } from '../world.js';
import { openSeededGate, secondServer, type Check, type SecondServer } from './second-server.js';

/** A change that turns an answer round. `before` is the answer until then: no unless said otherwise. */
export type Flip = { readonly check: Check; readonly before?: boolean; readonly change: () => Promise<unknown> };

/** Prepares a tenant for a change. */
export type Arrange = (w: World, gate: Gate) => Promise<Flip>;

/** Says for each change that another server, which has the subject in its cache, answers rightly at the very next request. */
export function itSeesAtOnce(
  changes: Readonly<Record<string, Arrange>>,
  tidy: (gate: Gate) => Promise<unknown> = async () => {},
): void {
  let gate: Gate;
  let second: SecondServer;

  beforeAll(async () => {
    gate = await openSeededGate();
    second = await secondServer(gate);
  });
  afterEach(async () => {
    gate.now = () => new Date();
    await tidy(gate);
  });
  afterAll(async () => {
    await second.close();
    await gate.close();
  });

  it.each(Object.entries(changes))('%s', async (_, arrange) => {
    const w = await gate.tenant();
    const { check, before = false, change } = await arrange(w, gate);
    expect(await second.decide(w, check)).toBe(before);
    second.statements.length = 0;
    expect(await second.decide(w, check)).toBe(before);
    const loads = second.statements.filter(text => text.includes('asked as ('));
    const unknown = check.subject.username === 'newcomer'; // nobody is kept of whom nothing is known
    expect(loads).toHaveLength(unknown ? 1 : 0);
    await change();
    expect(await second.decide(w, check)).toBe(!before);
  });
}
