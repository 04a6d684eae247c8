/** Times the import and the first invocation of a bundle in a process that has done nothing else. */
const [bundle, event] = process.argv.slice(2);
const begun = performance.now();
const { handler } = await import(bundle);
const importMilliseconds = performance.now() - begun;
let firstInvocationMilliseconds;
if (event !== undefined) {
  const invoked = performance.now();
  await handler(JSON.parse(event), { getRemainingTimeInMillis: () => 60_000, functionName: 'cold-start' });
  firstInvocationMilliseconds = performance.now() - invoked;
}
process.stdout.write(`\n${JSON.stringify({ importMilliseconds, firstInvocationMilliseconds })}\n`);
process.exit(0);
