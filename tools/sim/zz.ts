import { simulate } from './simulation.ts';
const n=Number(process.argv[2]??10), from=Number(process.argv[3]??1);
const t=performance.now();
for (let s=from;s<from+n;s++){ const t0=performance.now(); const c=await simulate(s,{traced:process.argv[4]==='t'}); console.log(s,c.violations.length,c.tasks,c.logged,c.events,Math.round(c.took),c.fingerprint,Math.round(performance.now()-t0)+'ms',JSON.stringify([...c.ends]),JSON.stringify([...c.faults])); for(const v of c.violations.slice(0,6)) console.log('   ',v.invariant,'|',v.detail); if(process.argv[4]==='t') for (const l of c.trace) console.log(l)}
console.log((performance.now()-t)/n,'ms per seed');
