import { decodeJwt } from 'jose';
import { createAuthenticator } from '../../src/authn/authenticator.js';
import { signDevelopmentToken } from '../../src/authn/development-token.js';
import { config, refusal, SECRET } from './world.js';

const ADA = { secret: SECRET, username: 'Ada', tenant: 'acme' };
const send = async (token: string, more: object = {}) =>
  createAuthenticator(config({ jwtSecret: SECRET, ...more }))({ authorization: `Bearer ${token}` });

describe('a development token', () => {
  it('is accepted by a server with the same secret', async () => {
    expect(await send(await signDevelopmentToken(ADA))).toEqual({
      kind: 'user',
      tenant: { by: 'either', value: 'acme' },
      username: 'ada',
      serviceAccount: false,
    });
  });

  it('says what was asked for', async () => {
    const token = await signDevelopmentToken({ ...ADA, orgAdmin: true, email: 'a@b.example', serviceAccount: true });
    expect(await send(token)).toMatchObject({ orgAdmin: true, email: 'a@b.example', serviceAccount: true });
  });

  it('names issuer and audience when they are given', async () => {
    const strict = { jwtIssuer: 'me', jwtAudience: 'grantry' };
    const token = await signDevelopmentToken({ ...ADA, issuer: 'me', audience: 'grantry' });
    expect(await send(token, strict)).toMatchObject({ username: 'ada' });
    expect((await refusal(send(await signDevelopmentToken(ADA), strict))).code).toBe('UNAUTHENTICATED');
  });

  it('lives for twelve hours, or as long as was asked for', async () => {
    const life = async (more: object) => {
      const { exp = 0, iat = 0 } = decodeJwt(await signDevelopmentToken({ ...ADA, ...more }));
      return exp - iat;
    };
    expect(await life({})).toBe(12 * 3600);
    expect(await life({ expiresIn: '30m' })).toBe(1800);
  });

  it.each([
    ['username', { username: ' ' }],
    ['tenant', { tenant: '' }],
    ['email', { email: 'a\0b' }],
    ['expiresIn', { expiresIn: 'soon' }],
    ['expiresIn', { expiresIn: '-1h' }],
  ])('is not signed when the server would refuse it for its %s', async (field, over) => {
    await expect(signDevelopmentToken({ ...ADA, ...over })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field });
  });
});
