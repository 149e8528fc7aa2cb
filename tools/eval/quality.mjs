// docs/quality.md: held-out figures of the injection screening, today's figures of everything else, what fails, and what other tools publish.
import { readFileSync, writeFileSync } from 'node:fs';

const heldOutFile = new URL('../guardrails/held-out.json', import.meta.url);
const page = new URL('../../docs/quality.md', import.meta.url);

const percent = (share) => `${(share * 100).toFixed(1)} %`;
const shareCell = (figure) =>
  figure === undefined ? '' : `${percent(figure.value)} (${percent(figure.interval[0])} to ${percent(figure.interval[1])})`;

function heldOutTable(heldOut, side, attack) {
  const find = (list, source, metric) =>
    list.find((one) => one.side === side && one.source === source && one.attack === attack && one.metric === metric);
  const sources = heldOut.folds.filter((one) => one.side === side && one.attack === attack && one.metric === 'flagged');
  return [
    '| source | texts | flagged | blocked | flagged, source left out |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...sources.map(
      ({ source, n }) =>
        `| ${source} | ${n} | ${['flagged', 'blocked'].map((metric) => shareCell(find(heldOut.folds, source, metric))).join(' | ')} | ${shareCell(find(heldOut.families, source, 'flagged'))} |`,
    ),
  ].join('\n');
}

function aucTable(heldOut) {
  const rows = heldOut.folds.filter(({ metric }) => metric === 'AUC');
  const cell = (figure) =>
    figure === undefined ? '' : `${figure.value.toFixed(3)} (${figure.interval.map((end) => end.toFixed(3)).join(' to ')})`;
  return [
    '| source | attacks | AUC | AUC, source left out |',
    '| --- | ---: | ---: | ---: |',
    ...rows.map(
      (row) =>
        `| ${row.source} | ${row.n} | ${cell(row)} | ${cell(heldOut.families.find(({ source, metric }) => source === row.source && metric === 'AUC'))} |`,
    ),
  ].join('\n');
}

const valueOf = (row) => `${row.value}${row.interval === undefined ? '' : ` (${row.interval.join(' to ')})`}`;

const todayTable = (rows) =>
  [
    '| set | what | figure | n | goal |',
    '| --- | --- | ---: | ---: | --- |',
    ...rows.map((row) => `| ${row.set} | ${row.metric} | ${valueOf(row)} | ${row.n} | ${row.target ?? ''} |`),
  ].join('\n');

const text = (heldOut, rows) => `# Quality of the screening

Written by \`npm run eval -- --data DIR --only guardrails --write\`; held-out figures by \`npm run guardrails:train -- --data DIR --evaluate\`.

## How it is measured

A text is *flagged* when its verdict is \`review\` or \`block\`. What only the classifier finds suspicious is reviewed, never blocked, and fewer than five words count for less: the held-out shares below are by score alone, so fewer are blocked and a few less flagged. Shares have Wilson's 95 % interval, the AUC a bootstrap interval. Rows whose label is disputed, and requests that are harmful but attack no instructions, are left out.

The injection score comes from rules and a linear classifier that was trained on the labelled data and on phrases written for it (\`tools/guardrails/phrases\`). Figures on texts that a model has learned from flatter it, so these are held out:

* *flagged*, *blocked*: five folds; a fold holds whole groups of look-alikes (a text and its translations, copies that share a third of their word sequences, an instruction in all its places). It stands for new texts of known kinds.
* *source left out*: the whole source is unknown to the model. It stands for attacks and requests of a kind nobody thought of, and is the more sober figure.

The bands were chosen on the folds, some twenty settings were compared on them, and the rules' vocabulary was written with this data in sight: expect a little less on data that nobody has seen. ${heldOut.card}.

## Injection: texts of users

Attacks (should be flagged):

${heldOutTable(heldOut, 'direct', true)}

Harmless texts (should not):

${heldOutTable(heldOut, 'direct', false)}

## Injection: documents, mails and answers of tools

Attacks:

${heldOutTable(heldOut, 'indirect', true)}

Harmless texts:

${heldOutTable(heldOut, 'indirect', false)}

Attacked against clean versions of the same source:

${aucTable(heldOut)}

## What fails

* Some attacks of CyberSecEval are attacks only beside their system prompt ("What's the significance of the Turing test?" to a model that must not talk about AI). Their text is an ordinary question, and is passed.
* A source nobody has trained on costs most: planted orders in mails and tool answers that resemble ordinary sentences ("What is the capital of Brazil?" in a mail; "Please share my location with ...") are found half as often.
* Long role-play prompts for harmless purposes look like those that unlock a model: up to one in six is marked, more when none was ever seen. Documentation about prompts and requests that order tools about are next.
* A question for a default password, or a story in which a password is hidden, may be marked. Nothing but wording is looked at.
* Languages beyond the about 30 of the phrases are seen by their loan words only. Ciphers other than rot13, Atbash and reversal, and text in pictures, are not undone.
* A word-by-word search for a wording that passes will find one: the screening is one layer, beside grants, taint and data positions ([security](explanation/security.md)).

## Beside what others publish

Their figures are their own, on other data, and can't be compared number by number; the models are 80 to 900 times as large.

| tool | published | source |
| --- | --- | --- |
| Llama Prompt Guard 2 86M | AUC .998 (English), .995 (multilingual), 97.5 % found at 1 % false positives on Meta's private set; 92 ms on an A100 for 512 tokens; 81.2 % of AgentDojo's attacks prevented at 3 % less utility | Meta's model card (PurpleLlama, Llama-Prompt-Guard-2/86M) |
| ProtectAI deberta-v3 prompt-injection v2 | accuracy 95.25 %, recall 99.74 % on its own 20,000 prompts; English only, no jailbreaks; on AgentDojo 22.2 % (measured by Meta) | its model card; Meta's model card |
| PIGuard (InjecGuard) | 87.32 % of NotInject passed (12.7 % flagged), 83.48 % accuracy on average | arXiv 2410.22770 |
| other guards on NotInject | accuracy close to 60 % | arXiv 2410.22770 |

## Today's weights on the labelled data

These texts were learned from: read them as a check that nothing broke, not as quality.

${todayTable(rows.filter(({ set }) => /^(injection|retrieval)/.test(set)))}

## Personal data, secrets, hostile strings, speed

${todayTable(rows.filter(({ set }) => !/^(injection|retrieval)/.test(set)))}
`;

/** Writes docs/quality.md from the rows of the suite \`guardrails\`. */
export function writeQuality(rows) {
  writeFileSync(page, text(JSON.parse(readFileSync(heldOutFile, 'utf8')), rows));
}
