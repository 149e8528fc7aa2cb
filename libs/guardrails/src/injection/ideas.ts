import type { Vocabulary } from './lexicon.ts';

/** What the rules know of a text. A word may carry several; a rule is about which of them stand close together. */
export type Idea =
  /** ignore, forget, disregard */
  | 'ignore'
  /** previous, above, earlier */
  | 'prior'
  /** instructions, directives, prompt, guidelines */
  | 'instructions'
  | 'all'
  | 'your'
  /** "forget everything", "ignore the above": complete by itself */
  | 'drop-context'
  /** "new instructions", "your task is now" */
  | 'new-task'
  /** show, tell, repeat, print */
  | 'reveal'
  /** reveal, tell, share, give: an order to hand something over (narrower than reveal) */
  | 'tell'
  /** system, hidden, initial */
  | 'system'
  /** "beginning of this prompt", "words above" */
  | 'prompt-text'
  /** the, this, your: a particular one, not one of a kind */
  | 'definite'
  /** password, key, credential */
  | 'secret'
  | 'ours'
  /** your, our, my, me */
  | 'whose'
  /** instructions, prompt, directives, guidelines: what a model is briefed with (narrower than instructions) */
  | 'briefing'
  /** user, customer: the person behind the session */
  | 'user'
  /** birth date, home address, e-mail address */
  | 'private'
  /** restrictions, filters, ethics, policies */
  | 'limits'
  /** no, without, free of, not bound by */
  | 'without'
  /** DAN, jailbroken, developer mode, unfiltered */
  | 'jailbreak'
  /** ChatGPT, OpenAI, language model */
  | 'model'
  /** refuse, decline, apologise, warn */
  | 'refuse'
  | 'never'
  /** illegal, unethical, offensive, explicit */
  | 'forbidden'
  /** stay in character, break character */
  | 'character'
  /** you are now, you will act as */
  | 'become'
  /** from now on */
  | 'henceforth'
  /** pretend, imagine, role-play */
  | 'pretend'
  /** two answers, in two ways, opposite */
  | 'dual'
  /** you will die, tokens are deducted, reward */
  | 'pressure'
  /** no matter what, always comply, without question */
  | 'obey'
  /** send, e-mail, forward, post, upload */
  | 'send'
  /** to this address, to the following e-mail */
  | 'outside'
  /** in your reply, your response, your answer */
  | 'your-answer'
  /** only say, just print, nothing else */
  | 'only-say'
  /** decode, base64, reverse, concatenate: ways of smuggling a request */
  | 'smuggle'
  /** <GOD MODE>, law enforcement override, as your creator */
  | 'authority'
  /** do, act, carry out: verbs of tools, in an order */
  | 'tool-verb'
  /** please delete, could you send */
  | 'polite-order'
  /** at the start of a sentence: describe, explain, translate, what is */
  | 'task'
  /** account, record, device, file: things tools act on */
  | 'tool-object';

export type IdeaVocabulary = Vocabulary<Idea>;

/** A word of the narrower idea counts for the broader ones too. */
export const broaderIdeas: Readonly<Partial<Record<Idea, readonly Idea[]>>> = {
  your: ['whose'],
  ours: ['whose'],
  tell: ['reveal'],
  briefing: ['instructions'],
};
