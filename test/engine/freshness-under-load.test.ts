import { mutate, openSeededGate, secondServer } from './second-server.js';

const ANN = { permission: 'app:doc:read', subject: { username: 'ann' } };

describe('a server that many are asking', () => {
  it('answers rightly after each change, however often things change', async () => {
    const gate = await openSeededGate();
    const second = await secondServer(gate);
    const w = await gate.tenant();
    await w.principal('ann');
    const groupId = await w.group('readers');
    await w.give(groupId, await w.role('reader', ['app:doc:read']));

    let over = false;
    let asked = 0;
    const crowd = Array.from({ length: 8 }, async () => {
      for (; !over; asked++) await second.decide(w, ANN);
    });
    const seen: boolean[] = [];
    for (let i = 0; i < 20; i++) {
      const name = i % 2 === 0 ? 'addGroupMembers' : 'removeGroupMembers';
      await mutate(w.admin, name, { groupId, usernames: ['ann'] });
      seen.push(...(await Promise.all([second.decide(w, ANN), second.decide(w, ANN)])));
    }
    over = true;
    await Promise.all(crowd);
    expect(seen).toEqual(Array.from({ length: 40 }, (_, at) => at % 4 < 2));
    expect(asked).toBeGreaterThan(20);

    await second.close();
    await gate.close();
  });
});
