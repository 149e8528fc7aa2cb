import { describe, expect, it } from '@jest/globals';
import { collectProcessMetrics, gaugeOf, gaugesOf, registry } from './metrics.ts';

describe('figures', () => {
  it('of several services in one process stand side by side and are read when they are asked for', async () => {
    let waiting = 1;
    gaugeOf('test_waiting', 'Waiting.', { service: 'a' }, () => waiting);
    gaugeOf('test_waiting', 'Waiting.', { service: 'b' }, () => 7);
    waiting = 5;
    const text = await registry.getSingleMetricAsString('test_waiting');
    expect(text.trim().split('\n')).toEqual([
      '# HELP test_waiting Waiting.',
      '# TYPE test_waiting gauge',
      'test_waiting{service="a"} 5',
      'test_waiting{service="b"} 7',
    ]);
  });

  it('of things that come and go are there as long as these are', async () => {
    let names = ['a', 'b'];
    gaugesOf('test_length', 'Length.', ['name'], () => names.map((name) => ({ labels: { name }, value: name.length })));
    expect(await registry.getSingleMetricAsString('test_length')).toContain('test_length{name="b"} 1');
    names = ['a'];
    expect(await registry.getSingleMetricAsString('test_length')).not.toContain('name="b"');
  });

  it('of the process are added once, however many services ask', async () => {
    collectProcessMetrics();
    collectProcessMetrics();
    const text = await registry.metrics();
    expect(text.match(/^# TYPE process_resident_memory_bytes gauge$/gm)).toHaveLength(1);
    expect(registry.contentType).toMatch(/^text\/plain; version=0\.0\.4/);
  });
});
