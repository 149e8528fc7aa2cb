/** What the tests use of it; the package brings no types. */
declare module 'node-jose' {
  interface Jose {
    readonly JWK: { asKey(jwk: object): Promise<object> };
    readonly JWE: { createDecrypt(key: object): { decrypt(text: string): Promise<{ readonly plaintext: Buffer }> } };
  }
  const jose: Jose;
  export default jose;
}
