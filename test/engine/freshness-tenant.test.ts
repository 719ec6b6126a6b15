import { globalId, newId } from '../../src/kernel/ids.js';
import type { Gate, World } from '../world.js';
import { mutate, openSeededGate, operatorOf, secondServer, type SecondServer } from './second-server.js';

let gate: Gate;
let second: SecondServer;

beforeAll(async () => {
  gate = await openSeededGate();
  second = await secondServer(gate);
});
afterAll(async () => {
  await second.close();
  await gate.close();
});

const ANN = { permission: 'app:doc:read', subject: { username: 'ann' } };
const tenant = ({ tenantId }: World) => ({ id: globalId('Tenant', tenantId) });
const rename = (w: World, slug: string) => mutate(operatorOf(gate), 'updateTenant', { ...tenant(w), slug });

/** A tenant in which ann reads; another server has seen it. */
async function seenTenant(): Promise<World> {
  const w = await gate.tenant();
  await w.holder('ann', 'app:doc:read');
  expect(await second.decide(w, ANN)).toBe(true);
  return w;
}

describe('another server sees at once that a tenant', () => {
  it('has another slug, and none of the old one', async () => {
    const w = await seenTenant();
    const slug = `t-${newId()}`;
    await rename(w, slug);
    await expect(second.decide(w, ANN)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await second.decide({ ...w, slug }, ANN)).toBe(true);
  });

  it('has the slug that another one had until then', async () => {
    const [before, after] = [await seenTenant(), await gate.tenant()];
    await rename(before, `t-${newId()}`);
    await rename(after, before.slug);
    expect(await second.decide(before, ANN)).toBe(false);
  });

  it('is gone', async () => {
    const w = await seenTenant();
    await mutate(operatorOf(gate), 'deleteTenant', tenant(w));
    await expect(second.decide(w, ANN)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('is new', async () => {
    const slug = `t-${newId()}`;
    const w = { ...(await seenTenant()), slug };
    await expect(second.decide(w, ANN)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await mutate(operatorOf(gate), 'createTenant', { slug, name: slug });
    expect(await second.decide(w, ANN)).toBe(false);
  });
});
