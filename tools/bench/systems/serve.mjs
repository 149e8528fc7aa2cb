/**
 * Answers the harness: `orders` by name, each a function from an order to its answer. The process ends after `stop`, and also when the harness has
 * gone without saying so, after its own `stop`.
 */
export function serve(orders) {
  let stopping;
  const stop = () => (stopping ??= orders.stop());
  const answer = async ({ id, do: name, ...order }) => {
    try {
      return { id, ok: await (name === 'stop' ? stop() : orders[name](order)) };
    } catch (error) {
      return { id, error: error instanceof Error ? error.message : String(error) };
    }
  };
  process.on('message', (message) => {
    const send = (told) => process.connected && process.send(told, () => message.do === 'stop' && process.exit(0));
    void answer(message).then(send);
  });
  process.once('disconnect', () => {
    const leave = () => process.exit(0);
    stop().then(leave, leave);
  });
}
